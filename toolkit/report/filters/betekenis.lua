-- Gives Quarto's own syntax the same meaning in plain pandoc: numbered figures and tables (Dutch),
-- cross-references, callouts, columns, conditional content, alt text. Not used by Quarto itself.

local KINDS = { fig = "Figuur", tbl = "Tabel" }
local TITLES = {
  note = "Opmerking", tip = "Tip", warning = "Waarschuwing", important = "Belangrijk", caution = "Opgelet",
}
-- Classes of the reports that the PDF template and the Word styles know.
local BLOCKS = {
  kerncijfers = true, kerncijfer = true, herkomst = "Herkomst", noot = "Noot", citaten = true, definities = "Definitie",
  kaart = true,
}
local SPANS = { getal = "Getal", bron = "Bron" }

local numbers = {}
local counts = { fig = 0, tbl = 0 }

local function is(name)
  return FORMAT:match(name) ~= nil
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function kind_of(id)
  local kind = id:match("^(%a+)%-")
  return KINDS[kind or ""] and kind or nil
end

local function give_number(block)
  local kind = kind_of(block.identifier)
  if kind and not numbers[block.identifier] then
    counts[kind] = counts[kind] + 1
    numbers[block.identifier] = KINDS[kind] .. "\u{a0}" .. counts[kind]
  end
end

-- The caption with its number before it, as Quarto writes it.
local function numbered_caption(block)
  local name = numbers[block.identifier]
  local long = block.caption.long
  if not name then
    return long
  end
  local inlines = pandoc.utils.blocks_to_inlines(long)
  local all = pandoc.Inlines({ pandoc.Str(name .. ":"), pandoc.Space() })
  all:extend(inlines)
  return pandoc.Blocks({ pandoc.Plain(all) })
end

local function figure(block)
  local image
  block.content:walk({ Image = function(found) image = image or found end })
  block.caption.long = numbered_caption(block)
  if not image then
    return block
  end
  local alt = image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
  local width = image.attributes.width
  if is("typst") then
    local options = "alt: " .. typst_string(alt) .. ", width: " .. (width or "100%")
    local label = block.identifier ~= "" and "<" .. block.identifier .. ">" or ""
    return {
      raw("#figure(image(" .. typst_string(image.src) .. ", " .. options .. "), kind: image, caption: ["),
      pandoc.Plain(pandoc.utils.blocks_to_inlines(block.caption.long)),
      raw("]) " .. label),
    }
  end
  image.attributes["fig-alt"] = nil
  image.caption = pandoc.Inlines({ pandoc.Str(alt) })
  block.content = pandoc.Blocks({ pandoc.Plain({ image }) })
  return block
end

local function cite(inline)
  local result = pandoc.Inlines({})
  for at, citation in ipairs(inline.citations) do
    if not kind_of(citation.id) then
      return nil
    end
    if at > 1 then
      result:extend({ pandoc.Str(","), pandoc.Space() })
    end
    local name = numbers[citation.id]
    if name then
      result:insert(pandoc.Link({ pandoc.Str(name) }, "#" .. citation.id))
    else
      io.stderr:write("Verwijzing bestaat niet: @" .. citation.id .. "\n")
      result:insert(pandoc.Strong({ pandoc.Str("?@" .. citation.id) }))
    end
  end
  return result
end

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then
      return TITLES[kind] and kind or "note"
    end
  end
end

local function callout(div, kind)
  local title
  local content = div.content
  if div.attributes.title then
    title = pandoc.Inlines(pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, "markdown-raw_html-raw_attribute").blocks))
  elseif content[1] and content[1].t == "Header" then
    title = content[1].content
    content = pandoc.Blocks({ table.unpack(content, 2) })
  else
    title = pandoc.Inlines({ pandoc.Str(TITLES[kind]) })
  end
  if is("typst") then
    local blocks = pandoc.Blocks({ raw('#kader("' .. kind .. '", ['), pandoc.Plain(title), raw("])[") })
    blocks:extend(content)
    blocks:insert(raw("]"))
    return pandoc.Div(blocks)
  end
  if is("docx") then
    local head = pandoc.Div({ pandoc.Para(title) }, { ["custom-style"] = "Kader titel" })
    return pandoc.Div({ head, pandoc.Div(content, { ["custom-style"] = "Kader" }) })
  end
  local blocks = pandoc.Blocks({ pandoc.Div({ pandoc.Para({ pandoc.Strong(title) }) }, { class = "callout-title" }) })
  blocks:extend(content)
  return pandoc.Div(blocks, { class = "callout callout-" .. kind, role = "note" })
end

local function columns(div)
  local count = tonumber(div.attributes["layout-ncol"]) or 1
  if is("docx") then
    return div.content
  end
  if is("typst") then
    local blocks = pandoc.Blocks({ raw("#kolommen(" .. math.floor(count) .. ")[") })
    for at, block in ipairs(div.content) do
      if at > 1 then
        blocks:insert(raw("]["))
      end
      blocks:extend(block.t == "Div" and block.content or { block })
    end
    blocks:insert(raw("]"))
    return blocks
  end
  div.attributes["layout-ncol"] = nil
  div.classes:insert("kolommen")
  div.attributes.style = "--kolommen: " .. math.floor(count)
  return div
end

local function applies(wanted)
  if not wanted then
    return false
  end
  return is(wanted) or (wanted == "pdf" and is("typst")) or (wanted:match("^html") ~= nil and is("html"))
end

local function div(block)
  local seen, hidden = block.classes:includes("content-visible"), block.classes:includes("content-hidden")
  if seen or hidden then
    local when, unless = block.attributes["when-format"], block.attributes["unless-format"]
    local match = (when == nil or applies(when)) and not (unless ~= nil and applies(unless))
    return match == seen and block.content or {}
  end
  local kind = callout_kind(block)
  if kind then
    return callout(block, kind)
  end
  if block.attributes["layout-ncol"] then
    return columns(block)
  end
  for _, class in ipairs(block.classes) do
    local style = BLOCKS[class]
    if style and is("typst") then
      local blocks = pandoc.Blocks({ raw("#" .. class .. "[") })
      blocks:extend(block.content)
      blocks:insert(raw("]"))
      return blocks
    elseif type(style) == "string" and is("docx") then
      return pandoc.Div(block.content, { ["custom-style"] = style })
    end
  end
end

local function span(inline)
  for _, class in ipairs(inline.classes) do
    local style = SPANS[class]
    if style and is("typst") then
      local inlines = pandoc.Inlines({ pandoc.RawInline("typst", "#" .. class .. "[") })
      inlines:extend(inline.content)
      inlines:insert(pandoc.RawInline("typst", "]"))
      return inlines
    elseif style and is("docx") then
      inline.attributes["custom-style"] = style
      return inline
    end
  end
end

-- typst reads "...", "--", "-1", "-?" and "https://" in running text as marks of its own: write such
-- words as strings, so that they stay what they are.
local function word(inline)
  local text = inline.text
  if is("typst") and (text:find("...", 1, true) or text:find("%-[%d?%-]") or text:find("://", 1, true)) then
    return pandoc.RawInline("typst", "#" .. typst_string(text) .. ";")
  end
end

-- Word has no template of ours to hold the logo: it comes first, below the title.
local function logo(document)
  local path = document.meta["logo-word"]
  if not path then
    return nil
  end
  local alt = document.meta["logo-alt"] or "Logo"
  local image = pandoc.Image(pandoc.Inlines(pandoc.utils.stringify(alt)), pandoc.utils.stringify(path), "", pandoc.Attr("", {}, { height = "1.5cm" }))
  document.blocks:insert(1, pandoc.Para({ image }))
  return document
end

return {
  { Div = div },
  { traverse = "topdown", Figure = give_number, Table = give_number },
  {
    Figure = figure,
    Table = function(block)
      block.caption.long = numbered_caption(block)
      return block
    end,
    Cite = cite,
    Span = span,
  },
  { Str = word },
  { Pandoc = logo },
}
