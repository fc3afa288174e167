-- Plays one session: the configuration of docs/editors.md, a code action, the review, and what came of it.
-- Says a line of JSON for each thing that it saw.
local function say(what, value)
  io.stdout:write(vim.fn.json_encode({ what, value }) .. '\n')
end
local modern = vim.fn.has('nvim-0.11') == 1
local answers = vim.split(os.getenv('ANSWERS') or 'Apply', ',')
local function answer(options)
  local wanted = table.remove(answers, 1) or 'Apply'
  for number, option in ipairs(options) do
    if option == wanted then return option, number end
  end
end

vim.o.hidden = true
local progress = {}
local known = vim.lsp.handlers['$/progress']
vim.lsp.handlers['$/progress'] = function(err, result, ...)
  table.insert(progress, { result.value.kind, result.value.percentage or vim.NIL, result.token })
  if known then return known(err, result, ...) end
end
if vim.fn.has('nvim-0.10') == 0 then -- asks with a prompt that nobody can answer without a terminal
  vim.lsp.handlers['window/showMessageRequest'] = function(_, asked)
    local titles = vim.tbl_map(function(item) return item.title end, asked.actions)
    say('asked', { asked.message, titles })
    local chosen = answer(titles)
    return chosen and { title = chosen } or vim.NIL
  end
end
vim.fn.confirm = function(message) say('confirm', message) return os.getenv('CONFIRM') == 'no' and 2 or 1 end
local title = os.getenv('TITLE') or 'Add docstring'
vim.ui.select = function(items, options, choose)
  local labels = vim.tbl_map(function(item)
    return options.format_item and options.format_item(item) or tostring(item)
  end, items)
  local menu = vim.tbl_contains(vim.tbl_map(function(label) return label:find(title, 1, true) ~= nil end, labels), true)
  say(menu and 'menu' or 'asked', { options.prompt or '', labels })
  for number, label in ipairs(labels) do
    if menu and label:find(title, 1, true) then return choose(items[number], number) end
  end
  local _, number = answer(vim.tbl_map(function(label) return (label:gsub('^%d+: ', '')) end, labels))
  choose(number and items[number], number)
end

dofile(os.getenv('CONFIG'))
vim.cmd('edit ' .. os.getenv('FILE'))
if vim.bo.filetype ~= 'python' then vim.bo.filetype = 'python' end
local function clients()
  return modern and vim.lsp.get_clients() or vim.lsp.get_active_clients()
end
assert(vim.wait(30000, function() local c = clients()[1] return c and (c.initialized or c.server_capabilities) end, 20), 'no client')
local client = clients()[1]
local buffer = vim.api.nvim_get_current_buf()
local function text() return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') end
local function request(method, params)
  local done, result
  local function take(_, answered) result, done = answered, true end
  if modern then client:request(method, params, take, buffer) else client.request(method, params, take, buffer) end
  vim.wait(20000, function() return done end, 10)
  return result
end
local function jobs() local r = request('workhorse/jobs', { all = true }) return r and r.jobs or {} end

local line = tonumber(os.getenv('LINE'))
vim.api.nvim_win_set_cursor(0, { line, 4 })
local place = { start = { line = line - 1, character = 4 }, ['end'] = { line = line - 1, character = 4 } }
assert(vim.wait(30000, function()
  local found = request('textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) }, range = place, context = { diagnostics = {} } })
  return found and #found > 0
end, 50), 'no menu')

local before = text()
vim.lsp.buf.code_action()
if os.getenv('CANCEL') then
  assert(vim.wait(30000, function() return #progress > 1 and #jobs() > 0 end, 10), 'nothing to cancel')
  local token = progress[1][3]
  if modern then client:notify('window/workDoneProgress/cancel', { token = token })
  else client.notify('window/workDoneProgress/cancel', { token = token }) end
end
if not os.getenv('CANCEL') then
  assert(vim.wait(60000, function() local found = jobs()[1] return found and found.status == 'verified' end, 50), 'no draft')
  say('before', { text() == before, #jobs()[1].verdicts })
  title = 'Review the draft'
  vim.wait(20000, function()
    local found = request('textDocument/codeAction', {
      textDocument = { uri = vim.uri_from_bufnr(buffer) }, range = place, context = { diagnostics = {} } })
    return found and found[1] and found[1].title:find(title, 1, true) ~= nil
  end, 50)
  local window = vim.api.nvim_get_current_win()
  vim.lsp.buf.code_action()
  if modern then -- the floating diff of the documented configuration, answered with its keys
    assert(vim.wait(20000, function() return vim.api.nvim_get_current_win() ~= window end, 20), 'no floating diff')
    say('asked', { table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'), { 'a', 'r', 'q' } })
    vim.fn.input = function() return 'not needed' end
    vim.api.nvim_feedkeys(os.getenv('KEY') or 'a', 'x', false)
  end
end
local over = os.getenv('CANCEL') and 'discarded' or (os.getenv('UNTIL') or 'merged')
vim.wait(60000, function() local found = jobs()[1] return found and found.status == over end, 50)
if os.getenv('CANCEL') then vim.wait(2000, function() return progress[#progress][1] == 'end' end, 10) end
say('status', jobs()[1] and jobs()[1].status or vim.NIL)
say('verdicts', #(jobs()[1] and jobs()[1].verdicts or {}))
say('changed', text() ~= before)
say('text', text())
say('progress', vim.tbl_map(function(step) return step[1] end, progress))
say('modified', vim.bo[buffer].modified)
vim.cmd('qa!')
