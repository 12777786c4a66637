-- The lease of a name, for ARGV[1] and ARGV[2] ms. Answers 0: it is had; else for how many ms it is another's.
local name, owner, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
local kind = redis.call('TYPE', name)['ok']
if kind ~= 'hash' and kind ~= 'none' then
  redis.call('RENAME', name, name .. ':bad')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local found = redis.call('HMGET', name, 'owner', 'until', 'record')
local left = (tonumber(found[2] or '') or 0) - now
-- Nobody's lease is longer: the server's clock was set back.
if found[1] ~= owner and left > 0 and left <= 2 * lease then
  return left
end
redis.call('HSET', name, 'owner', owner, 'until', string.format('%.0f', now + lease))
if not found[3] then
  redis.call('EXPIRE', name, 86400)
end
return 0
