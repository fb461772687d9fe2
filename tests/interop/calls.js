// What a program with BSG's client for Node.js does: each call's answer as one line of JSON.
"use strict";
const bsg = require("bsg-nodejs")(process.env.BSG_KEY);

const viber = {
  tariff: 0,
  validity: 1,
  messages: [
    {
      to: [{ msisdn: 380972920000, reference: "ext_id_19" }],
      text: "My Viber messages is shinier than your SMS messages",
      alpha_name: "BSG",
      is_promotional: false,
      options: {
        viber: { img: "http://mysite.com/logo.png", caption: "See Details", action: "http://mysite.com/" },
      },
    },
  ],
};
const sms = {
  destination: "phone",
  originator: "alpha name",
  body: "message text",
  msisdn: "380972000000",
  reference: "ext_id_16",
  validity: "1",
  tariff: "0",
};
const several = {
  validity: "1",
  tariff: "0",
  destination: "phones",
  originator: "alpha_name",
  body: "message text",
  phones: [
    { msisdn: "380972000000", reference: "ext_id_17" },
    { msisdn: "380972000001", reference: "ext_id_18" },
  ],
};
const lookup = { msisdn: "380972920000", reference: "extid1", tariff: "0", callback_url: "http://someurl.com/callback/?id=12345" };

const calls = [
  ["balance", () => bsg.getBalance()],
  ["createHLR", () => bsg.createHLR(lookup)],
  ["createHLRs", () => bsg.createHLR([lookup, { ...lookup, reference: "extid2", msisdn: "380972920001" }])],
  ["getHLR", () => bsg.getHLR({ reference: "extid1" })],
  ["createSMS", () => bsg.createSMS(sms)],
  ["createSMSes", () => bsg.createSMS(several)],
  ["createSMSesAgain", () => bsg.createSMS(several)],
  ["getSMS", () => bsg.getSMS({ reference: "ext_id_16" })],
  ["createViber", () => bsg.createViber(viber)],
  ["createViberAgain", () => bsg.createViber(viber)],
  ["getViber", () => bsg.getViber({ reference: "ext_id_19" })],
  ["HLRPrices", () => bsg.getHLRPrices()],
  ["SMSPrices", () => bsg.getSMSPrices("0")],
  ["viberPrices", () => bsg.getViberPrices()],
  ["viberPricesOfUnknownTariff", () => bsg.getViberPrices("111")],
];

(async () => {
  for (const [name, call] of calls) {
    console.log(JSON.stringify([name, await call()]));
  }
})().catch((fault) => {
  console.error(fault);
  process.exitCode = 1;
});
