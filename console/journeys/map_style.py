"""How the map of a journey looks."""

from __future__ import annotations

STYLE = """
.j-flow { display: flex; width: 100%; align-items: stretch; }
.j-flow > div { flex: 1 1 0; min-width: 0; position: relative; }
.j-stream { position: relative; height: 96px; }
.j-stream > div { position: absolute; inset: 0; }
.j-flow .t { text-align: center; font-size: .8125rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.j-flow .b { font-size: .75rem; line-height: 1.2; padding: .25rem .2rem 0; text-align: center; }
.j-flow .b { overflow: hidden; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
.j-map { display: flex; gap: 0; align-items: flex-start; width: 100%; }
.j-column { flex: 1 1 0; min-width: 0; max-width: 420px; background: var(--j-column); border-radius: 10px; }
.j-column { padding: .75rem; border: 1px solid var(--j-line); box-sizing: border-box; }
.j-next { width: 26px; flex: none; height: 2px; background: var(--j-line); margin-top: 30px; position: relative; }
.j-next::after { content: ""; position: absolute; right: 0; top: -4px; border-left: 8px solid var(--j-line); }
.j-next::after { border-top: 5px solid transparent; border-bottom: 5px solid transparent; }
.j-card { background: var(--j-card); border: 1px solid var(--j-line); border-radius: 8px; padding: .6rem .7rem; }
.j-card { display: flex; flex-direction: column; gap: .35rem; width: 100%; box-sizing: border-box; }
.j-card.unasked { border-style: dashed; }
.j-down { height: 20px; margin-left: 1.15rem; border-left: 2px solid var(--j-line); position: relative; }
.j-down.side { border-left-style: dotted; }
.j-down::after { content: ""; position: absolute; left: -6px; bottom: 0; border-top: 7px solid var(--j-line); }
.j-down::after { border-left: 5px solid transparent; border-right: 5px solid transparent; }
.j-num { width: 22px; height: 22px; border-radius: 50%; flex: none; font-size: .75rem; font-weight: 700; }
.j-num { display: inline-flex; align-items: center; justify-content: center; color: #fff; background: #1b5e7b; }
.j-fact { display: flex; gap: .35rem; align-items: flex-start; font-size: .75rem; line-height: 1.35; }
.j-fact i { font-size: 14px; margin-top: .1rem; }
@media (max-width: 760px) {
  .j-map { flex-direction: column; width: 100%; min-width: 0 !important; }
  .j-column { min-width: 0; width: 100%; max-width: none; }
  .j-next { width: 2px; height: 24px; margin: 0 auto; }
  .j-next::after { right: -4px; top: auto; bottom: 0; border-top: 8px solid var(--j-line); border-bottom: 0; }
  .j-next::after { border-left: 5px solid transparent; border-right: 5px solid transparent; }
  .j-flow .b { display: none; }
  .j-flow .t { font-size: .6875rem; }
  .j-stream { height: 64px; }
}
"""
