-- Load of wrk: the same requests as bench/shots.py makes, told by the environment what to do.
local key = os.getenv("KEY")

local function make_creates()
  local recipients = tonumber(os.getenv("RECIPIENTS"))
  local accounts = tonumber(os.getenv("ACCOUNTS"))
  local counter = tonumber(os.getenv("FIRST"))
  local only = os.getenv("NUMBER")
  local variants = {}
  for place = 0, tonumber(os.getenv("NUMBERS")) - 1, recipients do
    local pieces = {}
    local before = '{"tariff":"0","validity":"3600","messages":[{"to":['
    for each = 0, recipients - 1 do
      local number = only ~= "" and only or string.format("38097%07d", place + each)
      pieces[#pieces + 1] = before .. '{"msisdn":"' .. number .. '","reference":"r'
      before = string.format('-%02d"}%s', each, each < recipients - 1 and "," or "")
    end
    pieces[#pieces + 1] = before .. '],"text":"' .. os.getenv("TEXT") .. '","alpha_name":"BSG","is_promotional":false}]}'
    variants[#variants + 1] = pieces
  end
  local length = #table.concat(variants[1], "00000000")
  local heads = {}
  for place = 0, accounts - 1 do
    heads[#heads + 1] = "POST " .. os.getenv("TARGET") .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-KEY: " .. key
      .. (accounts > 1 and ("." .. place) or "")
      .. "\r\nContent-Type: application/json\r\nContent-Length: " .. length .. "\r\n\r\n"
  end
  return function()
    local made = heads[counter % accounts + 1] .. table.concat(variants[counter % #variants + 1], string.format("%08d", counter))
    counter = counter + 1
    return made
  end
end

local function make_statuses()
  local messages = tonumber(os.getenv("MESSAGES"))
  local oldest = tonumber(os.getenv("OLDEST"))
  local tail = " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-KEY: " .. key .. "\r\n\r\n"
  local counter = 0
  return function()
    local message = oldest + counter * 7368787 % messages
    counter = counter + 1
    return string.format("GET /rest/viber/%d%s", message, tail)
  end
end

local function make_sends()
  local counter = tonumber(os.getenv("FIRST"))
  local numbers = tonumber(os.getenv("NUMBERS"))
  local text = os.getenv("TEXT")
  return function()
    local body = string.format(
      '{"channels":["viber"],"phone":{"number":"38097%07d","reference_id":"r%08d"},"viber":{"sender":"BSG","text":"%s"},"validity":1}',
      counter % numbers, counter, text)
    counter = counter + 1
    return "POST /api/messages/send HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. key
      .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  end
end

local kinds = { create = make_creates, status = make_statuses, send = make_sends }
request = kinds[os.getenv("KIND")]()

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.3f,"p99":%.3f,"slowest":%.3f}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
