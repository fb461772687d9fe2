"""The scripts that Redis runs for us: each checks and changes the log of one account in one go, or changes nothing.

An account has two keys: a hash `head` (`epoch`, `number` and `by` of the newest command, `machine`, its time; `born`,
the first epoch; `base`, the command after which the log begins) and a stream `log`, whose entries have ids
`<epoch>-<number>`. An epoch is the time, in ms, at which the account began or was last rewound: so no two that ever
were are the same, and whoever knows another epoch, or another command of that number, does not know the account any
more and is told so. Two hashes have its `checkpoints` by number, and their `parts`, which several may share.

A script answers with a word, Redis's time in ms, and what the word promises. What has a deadline is not done after it:
whoever asked was told by then that it could not be. Where Redis is full, the first command that writes is refused, so
that one must need room.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Final


class Script:
    """A script, and the hash by which Redis knows it."""

    __slots__ = ("sha", "text")

    def __init__(self, body: str) -> None:
        self.text = (_COMMON + body).encode()
        self.sha = sha1(self.text, usedforsecurity=False).hexdigest().encode()


_COMMON: Final = """
local function read_clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function write(number)
  return string.format('%.0f', number)
end
local function add(log, epoch, number, kind, data, machine, by)
  local id = epoch .. '-' .. write(number)
  redis.call('XADD', log, id, 'kind', kind, 'data', data, 'machine', write(machine), 'by', by)
end
local clock = read_clock()
"""

BEGIN: Final = Script("""
-- KEYS head log, ARGV kind data by deadline channel news
-- {'done', clock, epoch} | {'there', clock} | {'late', clock}
if redis.call('EXISTS', KEYS[1]) == 1 then return {'there', clock} end
if clock > tonumber(ARGV[4]) then return {'late', clock} end
local epoch = write(clock)
redis.call('HSET', KEYS[1], 'epoch', epoch, 'number', 1, 'machine', epoch, 'by', ARGV[3], 'born', epoch)
redis.call('DEL', KEYS[2])
add(KEYS[2], epoch, 1, ARGV[1], ARGV[2], clock, ARGV[3])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return {'done', clock, epoch}
""")

TALK: Final = Script("""
-- KEYS head log, ARGV epoch number by machine (as the caller knows them) deadline most channel news (kind data by)...
-- {'done', machine, missed entries} | {'behind', clock, some of these} | {'moved', clock} | {'late', clock}
local head = redis.call('HMGET', KEYS[1], 'epoch', 'number', 'machine', 'by')
if head[1] ~= ARGV[1] then return {'moved', clock} end
local number, known, missed = tonumber(head[2]), tonumber(ARGV[2]), {}
if number ~= known then
  missed = redis.call('XRANGE', KEYS[2], ARGV[1] .. '-' .. ARGV[2], '+', 'COUNT', ARGV[6] + 1)
  local first = table.remove(missed, 1)
  if not first or first[1] ~= ARGV[1] .. '-' .. ARGV[2] or first[2][8] ~= ARGV[3] then return {'moved', clock} end
  if known + #missed < number then return {'behind', clock, missed} end
elseif head[4] ~= ARGV[3] then
  return {'moved', clock}
end
local machine = math.max(clock, tonumber(head[3]), tonumber(ARGV[4]))
if #ARGV == 8 then return {'done', machine, missed} end
if clock > tonumber(ARGV[5]) then return {'late', clock} end
for at = 9, #ARGV, 3 do
  number = number + 1
  add(KEYS[2], ARGV[1], number, ARGV[at], ARGV[at + 1], machine, ARGV[at + 2])
end
redis.call('HSET', KEYS[1], 'number', write(number), 'machine', write(machine), 'by', ARGV[#ARGV])
redis.call('PUBLISH', ARGV[7], ARGV[8])
return {'done', machine, missed}
""")

READ: Final = Script("""
-- KEYS head log, ARGV epoch ('' for any), id after which, count
-- {'done', machine, epoch, born, number, by, base, checkpoints, entries} | {'gone', clock} | {'moved', clock}
local head = redis.call('HMGET', KEYS[1], 'epoch', 'born', 'number', 'machine', 'by', 'base', 'checkpoints')
if not head[1] then return {'gone', clock} end
if ARGV[1] ~= '' and ARGV[1] ~= head[1] then return {'moved', clock} end
local machine = math.max(clock, tonumber(head[4]))
local entries = redis.call('XRANGE', KEYS[2], '(' .. ARGV[2], '+', 'COUNT', ARGV[3])
local base, checkpoints = tonumber(head[6] or 0), tonumber(head[7] or 0)
return {'done', machine, head[1], head[2], tonumber(head[3]), head[5], base, checkpoints, entries}
""")

REWIND: Final = Script("""
-- KEYS head log checkpoints, ARGV epoch number by (as the caller knows them) to by deadline channel news
-- {'done', clock, epoch} | {'moved', clock} | {'late', clock}
local head = redis.call('HMGET', KEYS[1], 'epoch', 'number', 'by', 'machine')
if head[1] ~= ARGV[1] or head[2] ~= ARGV[2] or head[3] ~= ARGV[3] then return {'moved', clock} end
if clock > tonumber(ARGV[6]) then return {'late', clock} end
local epoch = write(math.max(clock, ARGV[1] + 1))
local to = tonumber(ARGV[4])
add(KEYS[2], epoch, to, 'rewound', '{}', math.max(clock, tonumber(head[4])), ARGV[5])
local more = true
while more do
  local entries, later = redis.call('XREVRANGE', KEYS[2], '(' .. epoch .. '-' .. ARGV[4], '-', 'COUNT', 200), {}
  for _, entry in ipairs(entries) do
    if tonumber(string.match(entry[1], '%d+$')) > to then table.insert(later, entry[1]) end
  end
  if #later > 0 then redis.call('XDEL', KEYS[2], unpack(later)) end
  more = #later == 200
end
for _, number in ipairs(redis.call('HKEYS', KEYS[3])) do
  if tonumber(number) > to then redis.call('HDEL', KEYS[3], number) end
end
local checkpoints = redis.call('HLEN', KEYS[3])
redis.call('HSET', KEYS[1], 'epoch', epoch, 'number', ARGV[4], 'by', ARGV[5], 'checkpoints', checkpoints)
redis.call('HDEL', KEYS[1], 'stand')
redis.call('PUBLISH', ARGV[7], ARGV[8])
return {'done', clock, epoch}
""")

FORGET: Final = Script("""
-- KEYS head and all others, ARGV channel news
-- {'done', clock, epoch} | {'gone', clock}
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then return {'gone', clock} end
redis.call('UNLINK', unpack(KEYS))
redis.call('PUBLISH', ARGV[1], ARGV[2])
return {'done', clock, epoch}
""")

PLANT: Final = Script("""
-- KEYS head log (of nobody yet) seedling checkpoints, ARGV epoch number machine by deadline channel news base record
-- {'done', clock} | {'there', clock} | {'late', clock}
if redis.call('EXISTS', KEYS[1]) == 1 then return {'there', clock} end
if clock > tonumber(ARGV[5]) then return {'late', clock} end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'number', ARGV[2], 'machine', ARGV[3], 'by', ARGV[4], 'born', ARGV[1])
redis.call('RENAME', KEYS[3], KEYS[2])
redis.call('PERSIST', KEYS[2])
redis.call('DEL', KEYS[4])
if ARGV[8] ~= '0' then
  redis.call('HSET', KEYS[1], 'base', ARGV[8], 'checkpoints', 1)
  redis.call('HSET', KEYS[4], ARGV[8], ARGV[9])
end
redis.call('PUBLISH', ARGV[6], ARGV[7])
return {'done', clock}
""")

FINISH: Final = Script("""
-- KEYS head checkpoints, ARGV epoch number record
-- {'done', clock} | {'moved', clock}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return {'moved', clock} end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[1], 'checkpoints', redis.call('HLEN', KEYS[2]))
return {'done', clock}
""")

SHORTEN: Final = Script("""
-- KEYS head log checkpoints, ARGV epoch base count: the log begins after the base, of which a checkpoint is kept
-- {'done', clock, how many entries went} | {'moved', clock}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return {'moved', clock} end
if redis.call('HEXISTS', KEYS[3], ARGV[2]) == 0 then return {'moved', clock} end
local base, early = tonumber(ARGV[2]), {}
redis.call('HSET', KEYS[1], 'base', ARGV[2])
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', ARGV[3])) do
  if tonumber(string.match(entry[1], '%d+$')) > base then break end
  table.insert(early, entry[1])
end
if #early > 0 then redis.call('XDEL', KEYS[2], unpack(early)) end
for _, number in ipairs(redis.call('HKEYS', KEYS[3])) do
  if tonumber(number) < base then redis.call('HDEL', KEYS[3], number) end
end
redis.call('HSET', KEYS[1], 'checkpoints', redis.call('HLEN', KEYS[3]))
return {'done', clock, #early}
""")

DESCRIBE: Final = Script("""
-- KEYS head, ARGV epoch number stand
-- {'done', clock} | {'moved', clock}
local head = redis.call('HMGET', KEYS[1], 'epoch', 'number')
if head[1] ~= ARGV[1] or head[2] ~= ARGV[2] then return {'moved', clock} end
redis.call('HSET', KEYS[1], 'stand', ARGV[3])
return {'done', clock}
""")

UNLIST: Final = Script("""
-- KEYS accounts, ARGV name epoch; it stays if it has begun anew since that epoch
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and tonumber(score) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return {'done', clock}
""")

# A lease is '<until> <replica>', in the hash of all accounts whose reports somebody has to send; and ' wanted' behind
# it if another replica asked for it meanwhile: there may be something to send that its owner does not know of.

KEEP_LEASES: Final = Script("""
-- KEYS reporting, ARGV replica ms
-- {'done', clock, accounts that are this replica's: those that were, and those whose replica has gone}
local all, mine = redis.call('HGETALL', KEYS[1]), {}
local lease = write(clock + ARGV[2]) .. ' ' .. ARGV[1]
for at = 1, #all, 2 do
  local till, owner = string.match(all[at + 1], '^(%d+) (%S*)')
  if owner == ARGV[1] or tonumber(till) < clock then
    redis.call('HSET', KEYS[1], all[at], lease)
    table.insert(mine, all[at])
  end
end
return {'done', clock, mine}
""")

CLAIM_LEASE: Final = Script("""
-- KEYS reporting, ARGV replica ms account
-- {'done', clock} | {'taken', clock}
local till, owner = string.match(redis.call('HGET', KEYS[1], ARGV[3]) or '0 ', '^(%d+) (%S*)')
if owner ~= ARGV[1] and tonumber(till) >= clock then
  redis.call('HSET', KEYS[1], ARGV[3], till .. ' ' .. owner .. ' wanted')
  return {'taken', clock}
end
redis.call('HSET', KEYS[1], ARGV[3], write(clock + ARGV[2]) .. ' ' .. ARGV[1])
return {'done', clock}
""")

RELEASE_LEASES: Final = Script("""
-- KEYS reporting, ARGV replica, 'done' (nothing is to be sent) or 'left' (others are to go on), accounts...
-- {'done', clock, accounts that nobody has any more}
local released = {}
for at = 3, #ARGV do
  local owner, wanted = string.match(redis.call('HGET', KEYS[1], ARGV[at]) or '0 ', '^%d+ (%S*) ?(%S*)')
  if owner == ARGV[1] and ARGV[2] == 'left' then
    redis.call('HSET', KEYS[1], ARGV[at], '0 ')
  elseif owner == ARGV[1] and wanted == '' then
    redis.call('HDEL', KEYS[1], ARGV[at])
    table.insert(released, ARGV[at])
  end
end
return {'done', clock, released}
""")
