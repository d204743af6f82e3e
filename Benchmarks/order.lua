-- wrk's script of the order: a user's own token, a key of its own for each request.
-- ORDER_TOKENS names a file with a token a line; without it one rubbish token of that size is sent.
local tokens, number = {}, 0

function init()
    -- Several of us may begin in the same second, and no two may use one key.
    local random = io.open("/dev/urandom", "rb")
    run = random:read(8):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
    random:close()
    local name = os.getenv("ORDER_TOKENS")
    if name then
        for line in io.lines(name) do tokens[#tokens + 1] = "Bearer " .. line end
    else
        tokens[1] = "Bearer " .. string.rep("x", 900)
    end
end

function request()
    number = number + 1
    local user = number % 100 + 1
    local headers = {
        ["Content-Type"] = "application/json",
        ["Authorization"] = tokens[number % #tokens + 1],
        ["Idempotency-Key"] = run .. "-" .. number,
    }
    local extra = os.getenv("ORDER_TOKENS") and "" or ',"user":' .. user
    return wrk.format("POST", "/api/orders", headers, '{"title":"Book","price":1' .. extra .. "}")
end
