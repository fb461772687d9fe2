# What a shop with BSG's client for Ruby sends, by the library below it; each answer is a line.
require 'json'
require 'net/http'

HOST = 'http://api.bsg.world/v1.0'.freeze
HEADERS = { 'Content-Type' => 'application/json', 'X-API-KEY' => 'test_shop' }.freeze

order = {
  messages: [{ to: [{ msisdn: '447700900100', reference: 'shop-1' }], text: 'Your order is ready', alpha_name: 'BSG' }]
}
lookup = [{ msisdn: '447700900100', reference: 'shop-2' }]

[
  Net::HTTP.get_response(URI("#{HOST}/common/balance"), HEADERS),
  Net::HTTP.post(URI("#{HOST}/viber/create/"), order.to_json, HEADERS),
  Net::HTTP.get_response(URI("#{HOST}/viber/reference/shop-1"), HEADERS),
  Net::HTTP.post(URI("#{HOST}/hlr/create/"), lookup.to_json, HEADERS)
].each { |answer| puts answer.body }
