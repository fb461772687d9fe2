// What a shop with BSG's client for Node.js does; each answer is a line.
"use strict";
const bsg = require("bsg-nodejs")("test_shop");

const order = {
  messages: [
    {
      to: [{ msisdn: "447700900100", reference: "shop-1" }],
      text: "Your order is ready",
      alpha_name: "BSG",
      options: { viber: { img: "http://shop.example/parcel.png", caption: "See", action: "http://shop.example/" } },
    },
  ],
};

(async () => {
  console.log(JSON.stringify(await bsg.getBalance()));
  console.log(JSON.stringify(await bsg.createViber(order)));
  console.log(JSON.stringify(await bsg.getViber({ reference: "shop-1" })));
  console.log(JSON.stringify(await bsg.createHLR({ msisdn: "447700900100", reference: "shop-2" })));
})().catch((fault) => {
  console.error(fault);
  process.exitCode = 1;
});
