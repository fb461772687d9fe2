// What a shop with BSG's client for Java sends, by Java's own library; each answer is a line.

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;

public class Shop {
    private static final String HOST = "https://api.bsg.world/rest";

    public static void main(String[] arguments) throws IOException {
        send("GET", "/common/balance", "application/json", null);
        send("PUT", "/viber/create", "multipart/form-data",
            "{\"tariff\": \"0\", \"validity\": \"86400\", \"messages\": [{\"to\": [{\"msisdn\": \"447700900100\","
            + " \"reference\": \"shop-1\"}], \"text\": \"Your order is ready\", \"alpha_name\": \"BSG\"}]}");
        send("GET", "/viber/reference/shop-1", "application/json", null);
        send("PUT", "/hlr/create", "multipart/form-data",
            "[{\"msisdn\": \"447700900100\", \"reference\": \"shop-2\", \"tariff\": \"0\"}]");
    }

    private static void send(String method, String path, String accepted, String body) throws IOException {
        HttpURLConnection call = (HttpURLConnection) new URL(HOST + path).openConnection();
        call.setConnectTimeout(10_000);
        call.setReadTimeout(10_000);
        call.setRequestMethod(method);
        call.setRequestProperty("X-API-KEY", "test_shop");
        call.setRequestProperty("Accept", accepted);
        if (body != null) {
            call.setDoOutput(true);
            call.setRequestProperty("Content-Type", "application/json");
            call.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        System.out.println(new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
