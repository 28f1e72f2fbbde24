-- Requests of wrk: the paths of the file BENCH_PATHS one after the other. Prints counts and delays in one line.
local paths, at = {}, 0
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
wrk.path = paths[1]
if #paths > 1 then
  -- without this function wrk sends the same bytes each time, which costs it less
  function request()
    at = at % #paths + 1
    return wrk.format(nil, paths[at])
  end
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\nresult %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.connect + e.read + e.write + e.timeout + e.status))
end
