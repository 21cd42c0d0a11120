// The one write: save the task, append its events and transcript, leave the audit trail, count, keep the indexes, mark what is due, tell the readers.
import { AUDIT_LUA } from './audit-log.js';
import { FIGURES_LUA } from './figures.js';
import { PROJECTS_LUA } from './projects.js';
import { script } from './script.js';
import { SPENDING_MS } from './spending.js';

export type CommitReply =
  | ['committed', string, ...spent: [string, string] | []]
  | ['stale']
  | ['fenced']
  | ['leased']
  | ['missing']
  | ['taken']
  | ['repeated', string]
  | ['behind', string];

// KEYS: task, events, transcript, tasks, session, owner, pool, project, news, audit, then the idempotency keys (create only)
// ARGV: 1 id · 2 mode (create|owner|claim|outsider) · 3 nonce · 4 lease ms · 5 expected seq · 6 state · 7 score · 8 release (1|0)
//       9 prefix of state indexes · 10 prefix of outboxes · then JSON arrays: 11 fields, 12 events, 13 records, 14 channels, 15 idempotency ttls (ms), 16 audit entries · 17 their retention (ms, or '') · 18 nonce a claim displaces, or '' · 19 folder it works in · 20 set of tasks to be undone · 21 one of them (1|0) · 22 id of the change, or '' · 23 hash of figures · 24 what is added to them · 25 spending of the day · 26 what of it this change is (micro-dollars), or ''
export const commitScript = script<CommitReply>(`${AUDIT_LUA}
${FIGURES_LUA}
${PROJECTS_LUA}
local id, mode, nonce, lease_ms, expected = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local state, score, release = ARGV[6], ARGV[7], ARGV[8] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'seq', 'nonce', 'lease', 'status')

if mode == 'create' then
  for i = 11, #KEYS do
    local first = redis.call('GET', KEYS[i])
    if first then return { 'repeated', first } end
  end
  if held[1] then return { 'taken' } end
else
  if not held[1] then return { 'missing' } end
  if mode == 'owner' and held[2] ~= nonce then return { 'fenced' } end
  if tonumber(held[1]) ~= expected then return { 'stale' } end
  if mode == 'claim' then
    -- A holder proved dead has no lease to run out; the proof is for this nonce alone, never for one who came after it.
    local lives = held[2] and held[2] ~= '' and tonumber(held[3] or '0') > now
    if lives and held[2] ~= ARGV[18] then return { 'leased' } end
    local busy = working_in(KEYS[8], ARGV[19], id, now)
    if busy then return { 'behind', busy } end
  end
end

local events, records = cjson.decode(ARGV[12]), cjson.decode(ARGV[13])
local seq = expected
for _, event in ipairs(events) do
  seq = seq + 1
  redis.call('XADD', KEYS[2], seq .. '-0', 'event', event)
end
for _, record in ipairs(records) do redis.call('RPUSH', KEYS[3], record) end
audit(KEYS[10], ARGV[16], ARGV[17], now)
add_figures(ARGV[23], ARGV[24])

redis.call('HSET', KEYS[1], 'seq', seq, unpack(cjson.decode(ARGV[11])))
local settled = state == 'finished' or state == 'failed' or state == 'timeout' or state == 'cancelled'
-- Nobody holds a paused task: a holder that was given up for dead must not come back to it.
local rests = settled or state == 'paused'
if rests or release then
  redis.call('HDEL', KEYS[1], 'nonce', 'lease')
elseif mode == 'owner' or mode == 'claim' then
  redis.call('HSET', KEYS[1], 'nonce', nonce, 'lease', now + lease_ms)
end
if mode == 'claim' and not settled then redis.call('HSET', KEYS[8], ARGV[19], id) end
if rests and redis.call('HGET', KEYS[8], ARGV[19]) == id then redis.call('HDEL', KEYS[8], ARGV[19]) end
local spent
if ARGV[26] ~= '' then
  spent = redis.call('HINCRBY', ARGV[25], 'micros', ARGV[26])
  redis.call('PEXPIRE', ARGV[25], ${SPENDING_MS})
end
if ARGV[22] ~= '' then redis.call('HSET', KEYS[1], 'change', ARGV[22]) end
if ARGV[21] == '1' then redis.call('SADD', ARGV[20], id) else redis.call('SREM', ARGV[20], id) end

if held[4] ~= state then
  if held[4] then redis.call('ZREM', ARGV[9] .. held[4], id) end
  redis.call('ZADD', ARGV[9] .. state, score, id)
end
if mode == 'create' then
  for _, index in ipairs({ KEYS[4], KEYS[5], KEYS[6] }) do redis.call('ZADD', index, score, id) end
  for i, ttl in ipairs(cjson.decode(ARGV[15])) do redis.call('SET', KEYS[10 + i], id, 'PX', ttl) end
end
if settled then redis.call('ZREM', KEYS[7], id) else redis.call('ZADD', KEYS[7], score, id) end

if #events > 0 then
  for _, channel in ipairs(cjson.decode(ARGV[14])) do redis.call('ZADD', ARGV[10] .. channel, 'NX', now, id) end
  redis.call('PUBLISH', KEYS[9], id .. ':' .. seq)
end
if spent then return { 'committed', tostring(seq), tostring(spent), redis.call('HGET', ARGV[25], 'passed') or '0' } end
return { 'committed', tostring(seq) }
`);

/** KEYS: task. ARGV: nonce, lease ms, work time and outage so far. 1 while the nonce still owns the task. */
export const renewScript = script<number>(`
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local lease = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'lease', lease, 'worked_ms', ARGV[3], 'outage_ms', ARGV[4])
return 1
`);

/** KEYS: task, transcript. ARGV: nonce, then an index and the record that takes its place, again and again. 0 when the nonce no longer owns the task. */
export const shortenScript = script<number>(`
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then return 0 end
for i = 2, #ARGV, 2 do redis.call('LSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1
`);

/** KEYS: pool's unsettled tasks. ARGV: prefix of task keys, 'held' or 'unheld'. The ids somebody or nobody holds, oldest first; paused ones are neither. */
export const byHolderScript = script<string[]>(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local held = redis.call('HMGET', ARGV[1] .. id, 'status', 'nonce', 'lease')
  local free = not held[2] or held[2] == '' or tonumber(held[3] or '0') <= now
  if held[1] and held[1] ~= 'paused' and free == (ARGV[2] == 'unheld') then found[#found + 1] = id end
end
return found
`);
