-- Requests for wrk, and what to tell of them.
--
--   wrk … -s requests.lua URL -- get /v1/figures?year=2022
--   wrk … -s requests.lua URL -- get /v1/figures?year=2022 '"tag"'    the same by a client that has that state
--   wrk … -s requests.lua URL -- action 2857 TE,EF,INT        an action by id, at random among all
--   wrk … -s requests.lua URL -- patch 2857 TE,EF,INT         a change of one that is not closed, with its history
--
-- The token comes from the environment: BENCH_TOKEN. The last line printed is
--   RESULT requests-per-second p50-ms p99-ms failed-requests

local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

function init(args)
    wrk.headers["Authorization"] = "Bearer " .. (os.getenv("BENCH_TOKEN") or "")
    math.randomseed(number * 7919)
    if args[1] == "get" then
        wrk.headers["If-None-Match"] = args[3]
        local fixed = wrk.format("GET", args[2])
        request = function() return fixed end
        return
    end
    local last = tonumber(args[2])
    local ministries = {}
    for code in string.gmatch(args[3], "[^,]+") do table.insert(ministries, code) end
    local function path(first_year)
        local ministry = ministries[math.random(#ministries)]
        return "/v1/actions/" .. ministry .. "-" .. math.random(first_year, 2026) .. "-" .. math.random(last)
    end
    if args[1] == "action" then
        request = function() return wrk.format("GET", path(2017)) end
        return
    end
    wrk.headers["If-Match"] = "*"
    wrk.headers["Content-Type"] = "application/merge-patch+json"
    local round = 0
    request = function()
        round = round + 1
        return wrk.format("PATCH", path(2021), nil, '{"lead": "Bureau ' .. number .. "-" .. round .. '"}')
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format("RESULT %.1f %.2f %.2f %d", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
