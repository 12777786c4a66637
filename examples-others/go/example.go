// A token in Go, by the package in include/go. Prints its length.
// Put your own user and password in, and leave the line with "base_url" out.
package main

import (
	"fmt"
	"log"
	"os"

	"erptoken"
)

func main() {
	account, err := erptoken.Open("senior")
	if err != nil {
		log.Fatal(err)
	}
	defer account.Close()
	for option, value := range map[string]string{
		"username": "admin@empresa.com.br",
		"base_url": os.Getenv("ERPTOKEN_SANDBOX_SENIOR"), // Only for trying it out.
	} {
		if err := account.Set(option, value); err != nil {
			log.Fatal(err)
		}
	}
	// Behind the user: another user forgets the password.
	if err := account.Set("password", "senhaUsuario"); err != nil {
		log.Fatal(err)
	}
	token, err := account.Get()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a token of", len(token), "characters")

	answer, err := account.Request("GET", "/tms/freights", "", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Close()
	city, _ := answer.Field("/freights/0/city")
	value, _ := answer.Field("/freights/0/value")
	fmt.Printf("first freight: %s, %s\n", city, value)
}
