-- ask.lua FILE - asks in turn for what FILE lists, one "METHOD PATH" per line; prints what wrk measured as a line of JSON.
-- The requests are made once, so that the load costs as little as it can.

local asked, at = {}, 0

function init(arguments)
	for line in io.lines(arguments[1]) do
		local method, path = line:match("^(%S+) (%S+)$")
		asked[#asked + 1] = wrk.format(method, path)
	end
	at = math.random(#asked)
end

function request()
	at = at % #asked + 1
	return asked[at]
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format(
		'\n{"requests": %d, "us": %d, "p50_us": %d, "p99_us": %d, "errors": %d}\n',
		summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
		e.connect + e.read + e.write + e.status + e.timeout))
end
