-- Rewrites a request onto its canonical path before the transcoder reads it, and has the last word on a response's status.
-- Put in front of this file by the renderer: mounts, {alias prefix, canonical prefix} pairs, and enums, full name to values.

local function is_grpc(headers)
  local content_type = headers:get("content-type")
  return content_type ~= nil and content_type:sub(1, 16) == "application/grpc"
end

-- The canonical form of a path: an alias mount replaced, a slash at the end dropped (the query is kept as it is).
local function canonical(path)
  local mark = path:find("?", 1, true)
  local query = mark and path:sub(mark) or ""
  local p = mark and path:sub(1, mark - 1) or path
  if #p > 5 and p:sub(1, 5) == "/api/" and p:sub(-1) == "/" then p = p:sub(1, -2) end
  for _, mount in ipairs(mounts) do
    if p:sub(1, #mount[1]) == mount[1] then
      p = mount[2] .. p:sub(#mount[1] + 1)
      break
    end
  end
  return p .. query
end

local unit_ms = {H = 3600000, M = 60000, S = 1000, m = 1, u = 0.001, n = 0.000001}

-- The deadline the server is given, in ms: the route's, or the caller's where that is shorter. nil: none.
local function deadline_ms(headers, limit)
  local digits, unit = (headers:get("grpc-timeout") or ""):match("^(%d+)([HMSmun])$")
  if digits == nil or #digits > 8 then return limit end
  local wanted = math.max(1, math.floor(tonumber(digits) * unit_ms[unit]))
  if limit == nil or wanted < limit then return wanted end
  return limit
end

-- gRPC metadata is printable ASCII, and an id is copied into every log line.
local function tidy_request_id(headers)
  local id = headers:get("x-request-id")
  if id == nil then return end
  local tidy = id:gsub("[^%w%-_.:/+=@]", "_"):sub(1, 128)
  if tidy ~= id then headers:replace("x-request-id", tidy) end
end

-- For the access log and error replies, what the transcoder changes: the method, the path as it was asked for (without
-- its query), and which kind of client asks.
local function remember(handle, path, rest)
  local metadata = handle:streamInfo():dynamicMetadata()
  metadata:set("dataflow.edge", "method", handle:headers():get(":method"))
  local mark = path:find("?", 1, true)
  metadata:set("dataflow.edge", "path", mark and path:sub(1, mark - 1) or path)
  metadata:set("dataflow.edge", "rest", rest)
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local path = headers:get(":path")
  if path == nil then return handle:respond({[":status"] = "404"}, "") end  -- CONNECT
  local rest = not is_grpc(headers)
  tidy_request_id(headers)
  remember(handle, path, rest)
  if not rest then return end
  local wanted = canonical(path)
  if wanted ~= path then
    headers:replace(":path", wanted)
    handle:clearRouteCache()
  end
  local route = handle:metadata()
  if route:get("unknown_path") then return handle:respond({[":status"] = "404"}, "") end
  local allow = route:get("allow")
  if allow then
    local body = "This path answers " .. allow .. ", not " .. headers:get(":method") .. "."
    return handle:respond({[":status"] = "405", ["allow"] = allow}, body)
  end
  local ms = deadline_ms(headers, route:get("deadline_ms"))
  headers:remove("grpc-timeout")
  if ms ~= nil then headers:add("grpc-timeout", string.format("%dm", math.min(ms, 99999999))) end
end

local wanted_type = {
  TYPE_STRING = "a text", TYPE_BOOL = "true or false", TYPE_DOUBLE = "a number", TYPE_FLOAT = "a number",
  TYPE_INT32 = "a whole number", TYPE_INT64 = "a whole number", TYPE_UINT32 = "a whole number", TYPE_UINT64 = "a whole number",
}

-- The transcoder's sentences name types of the contract; whoever sends JSON knows values and parameters.
local function plain(text)
  text = text:gsub("invalid value (.-) for type type%.googleapis%.com/([%w_.]+)", function(value, name)
    return enums[name] and value .. " is none of " .. enums[name]
  end)
  text = text:gsub("invalid value (.-) for type (TYPE_%w+)", function(value, name)
    return wanted_type[name] and value .. " is not " .. wanted_type[name]
  end)
  text = text:gsub('Could not find field (\\".-\\") in the type \\"[%w_.]+\\"', "There is no parameter %1 here")
  return (text:gsub('": Root element must be a message', '"The body must be a JSON object'))
end

local function say_plainly(handle)
  local headers = handle:headers()
  if headers:get(":status") ~= "400" or headers:get("content-type") ~= "application/json" then return end
  local body = handle:body()
  if body == nil then return end
  local text = body:getBytes(0, body:length())
  local better = plain(text)
  if better == text then return end
  -- the headers are fetched anew: what was fetched before the body is out of scope once the body has been waited for
  handle:headers():replace("content-length", body:setBytes(better))
end

-- A server asks for a status that no gRPC code stands for (413, a 503 with its own body) by the metadata x-http-status.
function envoy_on_response(handle)
  local headers = handle:headers()
  if is_grpc(headers) then return end
  local status = headers:get("x-http-status")
  if status == nil then return say_plainly(handle) end
  if status:match("^[2-5]%d%d$") then headers:replace(":status", status) end
  headers:remove("x-http-status")
end
