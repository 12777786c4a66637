// What a host in Go may do to the library. Silent when all is well.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"

	"erptoken"
)

const letters = "jos\u00e9 \u20ac \U0001f600"

func check(condition bool, what ...interface{}) {
	if !condition {
		fmt.Println(append([]interface{}{"failed:"}, what...)...)
		os.Exit(1)
	}
}

func text(text string, err error) string {
	check(err == nil, err)
	return text
}

func number(number int, err error) int {
	check(err == nil, err)
	return number
}

func done(err error) { check(err == nil, err) }

func opened(user, password string) *erptoken.Account {
	account, err := erptoken.Open("senior")
	done(err)
	done(account.Set("username", user))
	done(account.Set("password", password))
	done(account.Set("base_url", os.Getenv("ERPTOKEN_SANDBOX_SENIOR")))
	return account
}

func failures() {
	account := opened("ninguem@empresa.com.br", "errada")
	_, err := account.Get()
	var e *erptoken.Error
	check(errors.As(err, &e) && errors.Is(err, erptoken.StatusCredentials), "the status:", err)
	check(e.HTTPStatus == 401 && e.ServerCode != "" && len(e.Text) > 20 && !e.Retryable, "what a failure tells")
	check(e.RetryAfter > 0 && err.Error() == e.Text, "when to try again")
	check(e.Status.Error() == "ERPTOKEN_E_CREDENTIALS", "the name of a status")
	done(account.Close())
	check(errors.Is(account.Close(), erptoken.StatusHandle), "closed twice")
	_, err = account.Get()
	check(errors.Is(err, erptoken.StatusHandle), "a closed account")
	check(errors.Is((&erptoken.Account{}).Renew(), erptoken.StatusHandle), "an account that was never opened")
	_, err = erptoken.Open("nobody")
	check(errors.Is(err, erptoken.StatusProvider), "an unknown provider")
	check(errors.Is(erptoken.Configure("colour", "blue"), erptoken.StatusOption), "an unknown option")
	check(errors.Is(erptoken.Configure("proxy", "\xe9"), erptoken.StatusEncoding), "not UTF-8")
	check(errors.Is(erptoken.Configure("proxy", "none\x00"), erptoken.StatusEncoding), "a NUL")
	done(erptoken.Configure("language", "pt"))
	_, err = erptoken.Open("ningu\u00e9m")
	check(strings.Contains(err.Error(), "ningu\u00e9m"), "an accent in a text")
	check(strings.Contains(erptoken.Configure("colour", "blue").Error(), "op\u00e7\u00e3o"), "a text in Portuguese")
	done(erptoken.Configure("language", ""))
}

func logs(account *erptoken.Account) {
	lines, reentrant := 0, 0
	remove, err := erptoken.Log(4, func(level int, line string) {
		check(level >= 1 && level <= 4 && line != "", "a line")
		lines++
		if errors.Is(account.Renew(), erptoken.StatusReentrant) {
			reentrant++
		}
		panic("must not reach the library")
	})
	done(err)
	runtime.GC()
	done(account.Renew())
	check(lines > 0 && reentrant == lines, "inside the log")
	done(remove())
	done(remove())
	before := lines
	done(account.Renew())
	check(lines == before, "a line after the listener was removed")
	_, err = erptoken.Log(5, func(int, string) {})
	check(errors.Is(err, erptoken.StatusArgument), "no level")
}

func requests(account *erptoken.Account) {
	body := "{\"nome\":\"" + letters + strings.Repeat("x", 4000) + "\"}"
	answer, err := account.RequestText("POST", "/tms/freights", "X-Erp: 1\r\nX-Other: 2", body)
	done(err)
	check(number(answer.Status()) == 201, "the status of a request")
	// Longer than the first buffer.
	check(text(answer.Field("/text")) == body, "the body as it arrived")
	check(text(answer.Field("/content_type")) == "application/json", "the type of a text")
	_, none := answer.Field("/none")
	_, header := answer.Header("X-None")
	check(errors.Is(none, erptoken.StatusNotFound) && errors.Is(header, erptoken.StatusNotFound), "what is not there")
	bytes, err := answer.Bytes()
	check(err == nil && string(bytes) == text(answer.Text()), "bytes and text")
	done(answer.Close())
	_, err = answer.Text()
	check(errors.Is(err, erptoken.StatusHandle), "a closed response")

	answer, err = account.Request("POST", "/tms/freights", "Content-Type: text/plain", []byte{0, 255, 13, 10})
	done(err)
	check(text(answer.Field("/length")) == "4", "bytes as they are")
	done(answer.Close())
	answer, err = account.Request("GET", "/tms/empty", "", nil)
	done(err)
	bytes, err = answer.Bytes()
	check(err == nil && len(bytes) == 0 && text(answer.Text()) == "", "an empty body")
	done(answer.Close())
	_, err = account.Request("GET", "https://example.com/", "", nil)
	check(errors.Is(err, erptoken.StatusInsecure), "another host")
}

// Each goroutine fails in its own way, and reads its own error, whatever thread it is on.
func goroutines(account *erptoken.Account) {
	token := text(account.Get())
	var all sync.WaitGroup
	for i := 0; i < 64; i++ {
		all.Add(1)
		go func(name string) {
			defer all.Done()
			for round := 0; round < 300; round++ {
				_, err := erptoken.Open(name)
				check(strings.Contains(err.Error(), "\""+name+"\""), name, "got another one's error:", err)
				check(text(account.Get()) == token, "a token in a goroutine")
			}
		}(fmt.Sprint("nobody", i))
	}
	all.Wait()
}

// An API that refuses every token.
func refused(account *erptoken.Account) {
	fault, err := http.Post(os.Getenv("ERPTOKEN_SANDBOX_HTTP")+"/_sandbox/fault?operation=api&fault=status:401&times=3", "", nil)
	check(err == nil && fault.StatusCode/100 == 2, "the sandbox")
	counted := func() int { return number(account.InfoInt("logins")) + number(account.InfoInt("refreshes")) }
	before := counted()
	for _, expected := range []int{401, 401, 200} {
		answer, err := account.Request("GET", "/tms/freights", "", nil)
		done(err)
		check(number(answer.Status()) == expected, "what comes through:", expected)
		done(answer.Close())
	}
	check(counted() == before+1, "one new token, not one for each refusal")
	check(errors.Is(account.Reject(text(account.Get())), erptoken.StatusRefusedAgain), "a token that replaced a refused one")
}

func main() {
	account := opened("admin@empresa.com.br", "senhaUsuario")
	same := opened("admin@empresa.com.br", "senhaUsuario")
	logs(account)
	token := text(account.Get())
	check(len(token) == 32 && text(account.Authorization()) == "Bearer "+token, "the token")
	requests(account)
	check(text(same.Get()) == token && number(same.InfoInt("logins")) == 1, "one login for both")
	done(same.Set("username", letters))
	check(text(same.Info("username")) == letters, "letters of every length")
	done(same.Set("username", ""))
	check(text(same.Info("username")) == "", "back to the default")
	failures()
	goroutines(account)
	refused(account)
	report, err := account.Diagnose()
	check(err == nil && len(text(report.Field("/text"))) > 100, "the report")
	problems, err := erptoken.CheckProfile("senior")
	check(err == nil && text(problems.Field("/valid")) == "true", "a check")
	done(account.Logout())
	check(text(erptoken.Version()) != "", "the version")
	done(erptoken.Shutdown())
	check(errors.Is(report.Close(), erptoken.StatusHandle), "closed by the end")
}
