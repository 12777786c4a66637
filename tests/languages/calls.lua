-- Goes on behind the page's program: what a host in Lua may do. Silent when all is well.
local function checked(condition, what)
    if not condition then
        print("failed: " .. what)
        os.exit(1)
    end
end

local function fails(call, ...)
    local good, problem = pcall(call, ...)
    checked(not good and type(problem) == "table", "no error: " .. tostring(problem))
    return problem
end

checked(fails(function() check(lib.erptoken_close(account)) end).status == -1002, "closed twice")
checked(fails(number, function(out) return lib.erptoken_open(nil, out) end).status == -1001, "NULL")

account = number(function(out) return lib.erptoken_open("senior", out) end)
set(account, "base_url", os.getenv("ERPTOKEN_SANDBOX_SENIOR"))
set(account, "username", "ninguém@empresa.com.br")
set(account, "password", "errada")
local refused = fails(text, function(buffer, length) return lib.erptoken_get(account, buffer, length) end)
checked(refused.status == -4001 and #refused.text > 20 and not refused.retryable, "a refused password")

set(account, "username", "admin@empresa.com.br")
set(account, "password", "senhaUsuario")
-- Longer than the first buffer, with letters of every length.
local body = '{"nome":"josé € 😀' .. ("x"):rep(4000) .. '"}'
answer = number(function(out)
    return lib.erptoken_request(account, "POST", "/tms/freights", "X-Erp: 1\r\nX-Other: 2", body, -1, out)
end)
local back = text(function(buffer, length) return lib.erptoken_response_field(answer, "/text", buffer, length) end)
checked(back == body, "the body as it arrived: " .. back)

for _, expected in ipairs { 0, -4009 } do
    local given = text(function(buffer, length) return lib.erptoken_authorization(account, buffer, length) end)
    checked(lib.erptoken_reject(account, given) == expected, "a token that replaced a refused one")
end
