-- Requests for wrk: each line of a file is the address of a query, asked in turn. With `unique`, a comment with a
-- number of its own ends each query, so that no answer was asked for before.
local paths, at, number, unique = {}, 0, 0, false

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  unique = args[2] == "unique"
  number = tonumber(args[3])
  wrk.headers["Accept"] = "application/sparql-results+json"
end

function request()
  at = at % #paths + 1
  if not unique then return wrk.format("GET", paths[at]) end
  number = number + 1
  return wrk.format("GET", paths[at] .. string.format("%%0A%%23%d", number))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "failed": %d, "p50": %f, "p95": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
