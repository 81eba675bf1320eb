"""How the sandbox's page looks, where the classes of Quasar don't say it."""

from __future__ import annotations

STYLE = """
.sb { --sb-line: #d5dbe1; --sb-mine: #d6ebf5; --sb-theirs: #eef1f4; --sb-screen: #fbfcfd; --sb-bad: #8c1d18;
  --sb-point: #d08700; --sb-tint: #f3f6f8; width: 100%; }
.body--dark .sb { --sb-line: #3a444d; --sb-mine: #1d4a5f; --sb-theirs: #2b343c; --sb-screen: #171c21;
  --sb-bad: #ffb4ab; --sb-point: #ffc14d; --sb-tint: #222a31; }
.sb-bar { position: sticky; top: 50px; z-index: 20; background: var(--sb-tint); border: 1px solid var(--sb-line);
  border-radius: 8px; padding: 6px 10px; width: 100%; }
.sb-now { font-variant-numeric: tabular-nums; font-weight: 600; }
.sb-main { display: grid; grid-template-columns: minmax(240px, 1fr) minmax(240px, 1fr) minmax(340px, 1.7fr);
  gap: 12px; width: 100%; }
.sb-low { display: grid; grid-template-columns: minmax(0, 2.2fr) minmax(260px, 1fr); gap: 12px; width: 100%;
  align-items: start; }
.sb-pane { border: 1px solid var(--sb-line); border-radius: 10px; overflow: hidden; background: var(--sb-screen);
  display: flex; flex-direction: column; flex-wrap: nowrap; gap: 0; min-width: 0; }
.sb-main > .sb-pane { height: 560px; }
.sb-head { padding: 6px 10px; border-bottom: 1px solid var(--sb-line); background: var(--sb-tint); width: 100%; }
.sb-log { flex: 1 1 auto; overflow-y: auto; padding: 10px; width: 100%; display: flex; flex-direction: column;
  gap: 6px; min-height: 0; }
.sb-foot { border-top: 1px solid var(--sb-line); padding: 6px 8px; width: 100%; }
.sb-bubble { max-width: 88%; padding: 6px 10px; border-radius: 12px; background: var(--sb-theirs); gap: 2px;
  overflow-wrap: anywhere; }
.sb-mine { align-self: flex-end; background: var(--sb-mine); }
.sb-text { white-space: pre-wrap; }
.sb-small { font-size: 12px; line-height: 1.3; }
.sb-badtext { color: var(--sb-bad); font-weight: 600; }
.sb-day { align-self: center; font-size: 12px; }
.sb-ring { border: 2px solid var(--sb-point); border-radius: 10px; padding: 8px; width: 100%; }
.sb-point { outline: 4px solid var(--sb-point); outline-offset: 2px; }
.sb-feed { max-height: 460px; overflow-y: auto; width: 100%; gap: 0; }
.sb-line { border-bottom: 1px solid var(--sb-line); padding: 5px 2px; width: 100%; }
.sb-stories { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); gap: 8px;
  width: 100%; }
.sb-stories .q-btn { border: 1px solid var(--sb-line); text-align: left; }
.sb-stories .q-btn__content { justify-content: flex-start; align-items: flex-start; }
.sb-says { flex: 0 1 auto; min-width: 0; }
.sb-cut { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
.sb-tabs { display: none; }
@media (max-width: 1023px) {
  .sb-tabs { display: flex; }
  .sb-main, .sb-low { grid-template-columns: minmax(0, 1fr); }
  .sb-main > .sb-pane { height: 70vh; }
  .sb-part { display: none; }
  .sb-show-phones .sb-of-phones, .sb-show-slack .sb-of-slack, .sb-show-more .sb-of-more { display: flex; }
  .sb-show-more .sb-low { display: grid; }
  .sb-bar { position: static; }
}
"""
