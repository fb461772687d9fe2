# What a shop with BSG's client for Perl sends, by the same library; each answer is a line.
use strict;
use warnings;
use HTTP::Request;
use LWP::UserAgent;

my $host = 'https://api.bsg.world/rest';
my $order = '{"messages": [{"to": [{"msisdn": "447700900100", "reference": "shop-1"}],
    "text": "Your order is ready", "alpha_name": "BSG"}]}';

my $agent = LWP::UserAgent->new(timeout => 10);
$agent->default_header('X-API-KEY' => 'test_shop');

for my $answer (
    $agent->get("$host/common/balance"),
    $agent->request(HTTP::Request->new('POST', "$host/viber/create", ['Content-Type' => 'application/json'], $order)),
    $agent->get("$host/viber/reference/shop-1"),
    $agent->post("$host/hlr/create", {msisdn => '447700900100', reference => 'shop-2'}),
) {
    die $answer->status_line unless $answer->is_success;
    print $answer->content, "\n";
}
