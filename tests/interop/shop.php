<?php
// What a shop with BSG's client for PHP sends, by the same library; each answer is a line.

function send($path, $method = null, $body = null)
{
    $headers = ['X-API-KEY: test_shop', 'X-API-SOURCE: shop'];
    if (!is_array($body)) {
        $headers[] = 'Content-type: text/json; charset=utf-8';
    }
    $call = curl_init("https://api.bsg.world/v1.0/$path");
    curl_setopt_array($call, [CURLOPT_HTTPHEADER => $headers, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10]);
    if ($method !== null) {
        curl_setopt($call, CURLOPT_CUSTOMREQUEST, $method);
    }
    if ($body !== null) {
        curl_setopt($call, CURLOPT_POSTFIELDS, $body);
    }
    $answer = curl_exec($call);
    if ($answer === false) {
        fwrite(STDERR, curl_error($call) . "\n");
        exit(1);
    }
    echo $answer, "\n";
}

send('common/balance');
send('viber/create', 'PUT', json_encode(['messages' => [[
    'to' => [['msisdn' => '447700900100', 'reference' => 'shop-1']],
    'text' => 'Your order is ready',
    'alpha_name' => 'BSG',
]]]));
send('viber/reference/shop-1');
send('hlr/create', null, ['msisdn' => '447700900100', 'reference' => 'shop-2']);
