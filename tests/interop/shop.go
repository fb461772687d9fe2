// What a shop with BSG's client for Go sends, by Go's own library; each answer is a line.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
)

const host = "https://api.bsg.world/rest"

func send(method, path, kind, body string) {
	request, fault := http.NewRequest(method, host+path, strings.NewReader(body))
	if fault != nil {
		log.Fatal(fault)
	}
	request.Header.Set("X-API-KEY", "test_shop")
	request.Header.Set("Content-Type", kind)
	answer, fault := http.DefaultClient.Do(request)
	if fault != nil {
		log.Fatal(fault)
	}
	defer answer.Body.Close()
	text, fault := io.ReadAll(answer.Body)
	if fault != nil {
		log.Fatal(fault)
	}
	fmt.Println(string(text))
}

func main() {
	send("GET", "/common/balance", "application/json", "")
	send("PUT", "/viber/create", "multipart/form-data", `{"tariff": null, "validity": "86400", "messages": [
		{"to": [{"msisdn": "447700900100", "reference": "shop-1"}], "text": "Your order is ready", "alpha_name": "BSG"}]}`)
	send("GET", "/viber/reference/shop-1", "application/json", "")
	send("PUT", "/hlr/create", "multipart/form-data", `[{"msisdn": "447700900100", "reference": "shop-2"}]`)
}
