-- Tables that everybody can read: the first column holds row heads, heads say what they head,
-- and in HTML a wide table scrolls inside a labelled region that the keyboard can reach.
-- Used by Quarto and by the embedded engine; the scroll region only by the latter.

local function heads(cells, scope)
  for _, cell in ipairs(cells) do
    cell.attributes.scope = scope
  end
end

local function stringify(blocks)
  return pandoc.utils.stringify(pandoc.Div(blocks))
end

function Table(block)
  for _, row in ipairs(block.head.rows) do
    heads(row.cells, "col")
  end
  for _, body in ipairs(block.bodies) do
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do
      heads({ row.cells[1] }, "row")
    end
  end
  if quarto or not FORMAT:match("html") then
    return block
  end
  local id = block.identifier ~= "" and block.identifier or nil
  local caption = block.caption.long
  if not id or stringify(caption) == "" then
    local open = '<div class="tabelschuif" role="region" tabindex="0" aria-label="Tabel">'
    return { pandoc.RawBlock("html", open), block, pandoc.RawBlock("html", "</div>") }
  end
  local head = id .. "-kop"
  block.identifier = ""
  block.caption.long = {}
  block.attributes["aria-labelledby"] = head
  return {
    pandoc.RawBlock("html", '<figure class="tabelblok" id="' .. id .. '"><figcaption id="' .. head .. '">'),
    pandoc.Plain(pandoc.utils.blocks_to_inlines(caption)),
    pandoc.RawBlock("html", '</figcaption><div class="tabelschuif" role="region" tabindex="0" aria-labelledby="' .. head .. '">'),
    block,
    pandoc.RawBlock("html", "</div></figure>"),
  }
end
