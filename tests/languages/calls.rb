# Goes on behind the page's program: what a host in Ruby may do. Silent when all is well.
def checked(condition, what)
  abort "failed: #{what}" unless condition
end

def fails
  yield
  abort "failed: no error"
rescue Erptoken::Error => e
  e
end

checked(fails { Erptoken.check(Erptoken.erptoken_close(account)) }.status == -1002, "closed twice")
checked(fails { Erptoken.number { |handle| Erptoken.erptoken_open(nil, handle) } }.status == -1001, "NULL")

account = Erptoken.number { |handle| Erptoken.erptoken_open("senior", handle) }
Erptoken.check(Erptoken.erptoken_set(account, "base_url", ENV["ERPTOKEN_SANDBOX_SENIOR"]))
Erptoken.check(Erptoken.erptoken_set(account, "username", "ninguém@empresa.com.br"))
Erptoken.check(Erptoken.erptoken_set(account, "password", "errada"))
refused = fails { Erptoken.text { |buffer, length| Erptoken.erptoken_get(account, buffer, length) } }
checked(refused.status == -4001 && refused.message.length > 20 && !refused.retryable, "a refused password")

Erptoken.check(Erptoken.erptoken_set(account, "username", "admin@empresa.com.br"))
Erptoken.check(Erptoken.erptoken_set(account, "password", "senhaUsuario"))
# Longer than the first buffer, with letters of every length.
body = "{\"nome\":\"josé € 😀#{"x" * 4000}\"}"
answer = Erptoken.number do |response|
  Erptoken.erptoken_request(account, "POST", "/tms/freights", "X-Erp: 1\r\nX-Other: 2", body, -1, response)
end
back = Erptoken.text { |buffer, length| Erptoken.erptoken_response_field(answer, "/text", buffer, length) }
checked(back == body, "the body as it arrived: #{back}")

checked([0, -4009].all? do |expected|
  token = Erptoken.text { |buffer, length| Erptoken.erptoken_authorization(account, buffer, length) }
  Erptoken.erptoken_reject(account, token) == expected
end, "a token that replaced a refused one")

threads = 8.times.map do |number|
  Thread.new do
    200.times do
      e = fails { Erptoken.number { |handle| Erptoken.erptoken_open("nobody#{number}", handle) } }
      checked(e.message.include?("\"nobody#{number}\""), "another thread's error")
    end
  end
end
threads.each(&:join)
