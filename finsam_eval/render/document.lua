-- One process makes all three formats: request.json → page.html, page.typ, page.docx in the working folder.
-- Only what the request declares can bring a picture or markup in; text from notebooks is read as text.
-- Text is read with a line end: without it pandoc finds an empty paragraph below a last heading.

local request = pandoc.json.decode(io.open("request.json", "r"):read("a"), false)
local MARKDOWN = "commonmark+pipe_tables+tex_math_dollars+strikeout"
local WHOLE = "whole"  -- the class of a table that stays on one page
local SAFE_LINK = {["http:"] = true, ["https:"] = true, ["mailto:"] = true}
-- The least width of a column and the width of a page, in characters of a table; Word may lack our font and use a
-- wider one, so there a page holds fewer.
local NARROWEST, LINE, WORD_LINE = 7, 94, 84

-- Reading -------------------------------------------------------------------------------------------------------

local harmless = {
  RawBlock = function(raw) return pandoc.Para{pandoc.Str(raw.text)} end,
  RawInline = function(raw) return pandoc.Str(raw.text) end,
  Image = function(image) return image.caption end,
  Link = function(link)
    if link.target:match("^#") or SAFE_LINK[link.target:match("^%a+:")] then
      return pandoc.Link(link.content, link.target)
    end
    return link.content
  end,
  Span = function(span) return span.content end,
  Div = function(div) return div.content end,
  CodeBlock = function(code) return pandoc.CodeBlock(code.text) end,
  Header = function(header) return pandoc.Header(header.level, header.content) end,
}

local function cells_of(rows, visit)
  for _, row in ipairs(rows) do
    row.attr = pandoc.Attr()
    for number, cell in ipairs(row.cells) do visit(cell, number) end
  end
end

local function all_rows(tbl)
  local found = {tbl.head.rows}
  for _, body in ipairs(tbl.bodies) do table.insert(found, body.body) end
  return found
end

-- Columns whose cells start with a number (2,8 %; 1 av 2) or hold no digit at all, as where a number is missing.
local function numeric_columns(tbl)
  local number, other = {}, {}
  for _, body in ipairs(tbl.bodies) do
    cells_of(body.body, function(cell, column)
      local text = pandoc.utils.stringify(cell.contents)
      if text:match("^[^%a]-%d") and not text:match("%a%a%a%a") and column > body.row_head_columns then
        number[column] = true
      elseif text:match("%d") then
        other[column] = true
      end
    end)
  end
  for column in pairs(other) do number[column] = nil end
  return number
end

local function accessible(tbl)
  local numeric = numeric_columns(tbl)
  local function describe(cell, column, scope)
    cell.alignment = numeric[column] and pandoc.AlignRight or pandoc.AlignLeft
    cell.attr = pandoc.Attr("", numeric[column] and {"num"} or {}, scope and {scope = scope} or {})
  end
  tbl.attr, tbl.head.attr = pandoc.Attr("", tbl.classes:includes(WHOLE) and {WHOLE} or {}), pandoc.Attr()
  cells_of(tbl.head.rows, function(cell, column) describe(cell, column, "col") end)
  for _, body in ipairs(tbl.bodies) do
    body.attr = pandoc.Attr()
    cells_of(body.body, function(cell, column)
      describe(cell, column, column <= body.row_head_columns and "row")
    end)
  end
  return tbl
end

local read = {
  markdown = function(block) return pandoc.read(block.text .. "\n", MARKDOWN):walk(harmless).blocks end,
  table = function(block)
    local found = pandoc.read(block.html, "html"):walk(harmless).blocks
    assert(#found == 1 and found[1].t == "Table", "an HTML output that is not one table")
    return {accessible(found[1])}
  end,
  figure = function(block)
    local image = pandoc.Image({pandoc.Str(block.alt)}, block.name, "", {width = block.width})
    return {pandoc.Figure(pandoc.Plain{image}, {pandoc.Plain{pandoc.Str(block.caption)}})}
  end,
}

-- A heading with nothing under it is not shown: what a report has no figures for it does not announce.
local function told(blocks)
  local kept, following = pandoc.Blocks{}, 0
  for place = #blocks, 1, -1 do
    local block = blocks[place]
    local empty = block.t == "Header" and following and following <= block.level
    if not empty then
      kept:insert(1, block)
      following = block.t == "Header" and block.level or nil
    end
  end
  return kept
end

-- The notebook's own title gives way to the page's; sections start at level 2 and no level is skipped.
local function sections(blocks)
  local last, count = 1, 0
  return blocks:walk{
    Header = function(header)
      if header.level == 1 then return {} end
      last, count = math.min(header.level, last + 1), count + 1
      return pandoc.Header(last, header.content, {id = "avsnitt-" .. count})
    end,
  }
end

local function numbered(blocks)
  local count = {Figure = 0, Table = 0}
  local function number(block)
    count[block.t] = count[block.t] + 1
    local label = {pandoc.Str(("%s %d."):format(request.words[block.t:lower()], count[block.t])), pandoc.Space()}
    local first = block.caption.long[1]
    block.caption.long = {pandoc.Plain(pandoc.Inlines(label) .. (first and first.content or {}))}
    return block
  end
  return blocks:walk{traverse = "topdown", Figure = number, Table = number}
end

-- Writing -------------------------------------------------------------------------------------------------------

local function raised(level_change)
  return {Header = function(header) header.level = header.level + level_change; return header end}
end

local function typst_string(text)
  return '"' .. text:gsub("[\\\"]", "\\%0"):gsub("%s+", " ") .. '"'
end

-- Pandoc leaves a cell's first signs as they are, and typst reads "1. ", "- ", "+ ", "= " and "/ " there as markup.
local function not_markup(block)
  local text = pandoc.utils.stringify(block)
  if text:match("^%d+%.") or text:match("^[-+=/]") then
    block.content:insert(1, pandoc.RawInline("typst", "#[]"))
  end
  return block
end

local function typst(blocks)
  return pandoc.write(pandoc.Pandoc(blocks):walk{Plain = not_markup, Para = not_markup}, "typst")
end

-- An interval is not parted after its dash: 71–84.
local function unparted(tbl)
  return tbl:walk{Str = function(str) return pandoc.Str((str.text:gsub("(%d)–(%d)", "%1–\u{2060}%2"))) end}
end

-- A column is at least as wide as its longest word and at most as its longest cell; what is left on the line is
-- shared by those that want more. Nil where every cell fits as it is.
local function wishes(tbl)
  local least, most = {}, {}
  local function note(cell, number)
    if cell.col_span > 1 then return end
    local text = pandoc.utils.stringify(cell.contents)
    for word in text:gmatch("%S+") do least[number] = math.max(least[number] or NARROWEST, utf8.len(word) + 3) end
    most[number] = math.max(most[number] or NARROWEST, utf8.len(text) + 3)
  end
  for _, rows in ipairs(all_rows(tbl)) do cells_of(rows, note) end
  return least, most
end

local function shares(tbl, page)
  local least, most = wishes(tbl)
  local sum_least, sum_most = 0, 0
  for number = 1, #tbl.colspecs do
    least[number], most[number] = least[number] or NARROWEST, most[number] or NARROWEST
    sum_least, sum_most = sum_least + least[number], sum_most + most[number]
  end
  local fits = sum_most <= page
  local spare = fits and 1 or math.max(0, page - sum_least) / math.max(1, sum_most - sum_least)
  local line = math.max(page, sum_least)
  return tbl.colspecs:map(function(_, number)
    return (least[number] + spare * (most[number] - least[number])) / line
  end), fits
end

local function with_widths(tbl, given)
  for number, spec in ipairs(tbl.colspecs) do tbl.colspecs[number] = {spec[1], given[number]} end
  return tbl
end

local for_pdf = {
  Figure = function(figure)
    local image = figure.content[1].content[1]
    return pandoc.RawBlock("typst", ("#figure(image(%s, width: %s, alt: %s), caption: [%s])"):format(
      typst_string(image.src .. ".svg"), image.attributes.width,
      typst_string(pandoc.utils.stringify(image.caption)), typst(figure.caption.long)))
  end,
  Table = function(tbl)
    local given, fits = shares(tbl, LINE)
    local written = typst{unparted(fits and tbl or with_widths(tbl, given))}
    local told = "#whole[" .. written:gsub("align%(center%)", "align(left)", 1) .. "]"
    if tbl.classes:includes(WHOLE) then
      told = "#[#show figure.where(kind: table): set block(breakable: false)\n" .. told .. "\n]"
    end
    return pandoc.RawBlock("typst", told)
  end,
  Math = function(math)
    local body = typst{pandoc.Plain{math}}:gsub("%s+$", "")
    local display = tostring(math.mathtype == "DisplayMath")
    return pandoc.RawInline("typst", ("#math.equation(block: %s, alt: %s, %s.body)"):format(
      display, typst_string(math.text), body))
  end,
}

local for_word = {
  Figure = function(figure)
    local image = figure.content[1].content[1]
    image.src = image.src .. ".png"
    figure.content = {pandoc.Plain{image}}
    return figure
  end,
  Table = function(tbl)
    if tbl.classes:includes(WHOLE) then tbl.attr = pandoc.Attr("", {}, {["custom-style"] = "Whole"}) end
    return unparted(with_widths(tbl, (shares(tbl, WORD_LINE))))
  end,
}

local for_html = {
  Figure = function(figure)
    local image = figure.content[1].content[1]
    image.src = request.pictures[image.src]
    figure.content = {pandoc.Plain{image}}
    return figure
  end,
  Table = function(tbl)
    local label = pandoc.utils.stringify(tbl.caption.long)
    -- a list of pairs, since Lua shuffles named ones
    local attributes = {{"role", "region"}, {"tabindex", "0"}, {"aria-label", label}}
    return pandoc.Div({tbl}, pandoc.Attr("", {"scroll"}, attributes))
  end,
}

local function save(name, content)
  local file = assert(io.open(name, "wb"))
  file:write(content)
  file:close()
end

local blocks = pandoc.Blocks{}
for _, block in ipairs(request.blocks) do blocks:extend(read[block.kind](block)) end
blocks = numbered(sections(told(blocks)))

local meta = {}
for name, text in pairs(request.meta) do
  if text ~= "" then meta[name] = pandoc.MetaString(text) end
end
local options = pandoc.WriterOptions{
  template = pandoc.template.compile(request.template),
  table_of_contents = true,
  toc_depth = 2,
  html_math_method = "mathml",
  wrap_text = "none",
}
save("page.html", pandoc.write(pandoc.Pandoc(blocks:walk(for_html), meta), "html", options))
save("page.typ", typst(blocks:walk(raised(-1)):walk(for_pdf)))
save("page.docx", pandoc.write(
  pandoc.Pandoc(blocks:walk(raised(-1)):walk(for_word), {title = meta.title, subtitle = meta.subtitle}), "docx"))
