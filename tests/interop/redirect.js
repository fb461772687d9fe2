// Loaded into Node.js before BSG's client: whatever connects to port 443 is led to the sandbox on this machine. Names,
// certificates and requests stay as they are: the client believes that it talks to https://app.bsg.hk, and checks that
// the certificate says so.
"use strict";
const net = require("node:net");

const port = Number(process.env.SANDBOX_PORT);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...parameters) {
  const holder = Array.isArray(parameters[0]) ? parameters[0] : parameters;
  const options = holder[0];
  if (options !== null && typeof options === "object" && Number(options.port) === 443) {
    holder[0] = { ...options, host: "127.0.0.1", port };
  }
  return connect.apply(this, parameters);
};
