"""How the pane looks: about as Slack does, in light and dark."""

from __future__ import annotations

STYLE = """
.sk { --sk-bg: #fff; --sk-ink: #1d1c1d; --sk-soft: #5b5a5c; --sk-line: #dddddd; --sk-tint: #f6f6f6; --sk-link: #1264a3;
  --sk-mark: #e8f1f8; --sk-danger: #c01343; --sk-edge: #1d1c1d73; --sk-whisper: #fdf6e3; --sk-count: #c01343;
  background: var(--sk-bg); color: var(--sk-ink); font: 15px/1.46 Lato, "Noto Sans", Roboto, Arial, sans-serif; }
.body--dark .sk { --sk-bg: #1a1d21; --sk-ink: #e3e4e6; --sk-soft: #b4b6b9; --sk-line: #3a3d42; --sk-tint: #222529;
  --sk-link: #6fbdf0; --sk-mark: #21384a; --sk-danger: #ff7a9c; --sk-edge: #e8e8e873; --sk-whisper: #2b2719;
  --sk-count: #b3123c; }
.body--dark .sk input { color-scheme: dark; }
.sk p, .sk figure, .sk blockquote, .sk pre { margin: 0; }
.sk :where(button:not(.q-btn)) { font: inherit; border: 0; background: none; padding: 0; cursor: pointer;
  text-align: start; }
.sk-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.sk-muted, .sk-hint, .sk-optional { color: var(--sk-soft); font-size: 13px; }

.sk-pane { display: flex; flex-direction: column; width: 100%; height: 100%; min-height: 320px; overflow: hidden;
  border: 1px solid var(--sk-line); border-radius: 12px; container-type: inline-size; }
.sb-pane > .sk-pane { border: 0; border-radius: 0; }
.sk-bar { display: flex; align-items: center; gap: 4px 12px; padding: 5px 14px; background: #3f0f40; color: #fff; }
.sk-team { font-weight: 900; font-size: 17px; }
.sk-bar-note { flex: 1; font-size: 12px; color: #e6dbe6; }
.sk-who { min-width: 170px; }
.sk-who .q-field__label { color: #e6dbe6; }
.sk-places { display: flex; flex-wrap: wrap; gap: 2px 4px; padding: 2px 10px 0; border-bottom: 1px solid var(--sk-line);
  flex: none; }
.sk .sk-place { padding: 5px 10px; border-bottom: 3px solid transparent; color: var(--sk-soft); }
.sk .sk-place:hover { background: var(--sk-tint); }
.sk .sk-here { color: var(--sk-ink); border-color: #6b2a6c; font-weight: 700; }
.body--dark .sk .sk-here { border-color: #c58ec6; }
.sk .sk-unread { color: var(--sk-ink); font-weight: 900; }
.sk-count { margin-left: 6px; padding: 1px 7px; border-radius: 9px; background: var(--sk-count); color: #fff;
  font-size: 12px; font-weight: 700; }
.sk-columns { display: flex; flex: 1; min-height: 0; }
.sk-column { display: flex; flex-direction: column; flex: 1 1 0; min-width: 0; min-height: 0; }
.sk-thread { flex: 0 1 46%; border-left: 1px solid var(--sk-line); }
.sk-thread-bar { display: flex; align-items: center; justify-content: space-between; padding: 6px 8px 6px 16px;
  border-bottom: 1px solid var(--sk-line); }
.sk-thread-title { font-weight: 900; }
.sk-log { display: flex; flex: 1; flex-direction: column-reverse; min-height: 0; overflow-y: auto; }
.sk-column.sk-log { flex-direction: column; }
.sk-lines { padding: 8px 0; margin-bottom: auto; }
.sk-home { padding: 16px 20px; max-width: 760px; }
.sk-empty { padding: 40px 20px; text-align: center; color: var(--sk-soft); }
.sk-day { display: flex; align-items: center; gap: 10px; margin: 8px 16px; }
.sk-day::before, .sk-day::after { content: ""; flex: 1; border-top: 1px solid var(--sk-line); }
.sk-day-name { padding: 2px 12px; border: 1px solid var(--sk-line); border-radius: 14px; font-size: 12px;
  font-weight: 700; }
.sk .sk-centred { display: block; margin: 4px auto 8px; }

.sk-row { position: relative; padding: 6px 16px; }
.sk-row:hover { background: var(--sk-tint); }
.sk-whisper, .sk-whisper:hover { background: var(--sk-whisper); }
.sk-whispered { margin: 0 0 2px 45px; font-size: 12px; color: var(--sk-soft); }
.sk-message { display: flex; gap: 9px; }
.sk-face { flex: none; display: grid; place-items: center; width: 36px; height: 36px; margin-top: 3px;
  border-radius: 8px; color: #fff; font-size: 13px; font-weight: 700; }
.sk-body { flex: 1; min-width: 0; max-width: 640px; overflow-wrap: anywhere; }
.sk-by { display: flex; flex-wrap: wrap; gap: 0 6px; align-items: center; line-height: 1.4; padding-right: 32px; }
.sk-name { font-weight: 900; }
.sk-app { padding: 1px 3px; border-radius: 3px; background: #e8e8e8; color: #454447; font-size: 10px;
  font-weight: 700; }
.sk-time { color: var(--sk-soft); font-size: 12px; }
.sk-menu { display: flex; align-items: center; gap: 8px; margin-top: 2px; }
.sk-dots { position: absolute !important; top: 6px; right: 10px; color: var(--sk-soft); }
.sk .sk-link, .sk a.nicegui-link { color: var(--sk-link); text-decoration: none; }
.sk .sk-text .sk-link { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
.sk .sk-link:hover { text-decoration: underline; }
.sk .sk-replies { font-size: 13px; font-weight: 700; }
.sk .sk-new { padding: 0 8px; border-radius: 9px; background: var(--sk-mark); }
.sk-reactions { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 4px; }
.sk-reaction { position: relative; padding: 0 8px; border: 1px solid var(--sk-line); border-radius: 12px;
  background: var(--sk-tint); font-size: 12px; }

.sk-text { white-space: pre-wrap; overflow-wrap: anywhere; }
.sk-text:empty::before { content: "\\00a0"; }
.sk .sk-quote { padding-left: 12px; border-left: 4px solid var(--sk-line); }
.sk .sk-code { margin: 4px 0; padding: 8px; border: 1px solid var(--sk-line); border-radius: 4px;
  background: var(--sk-tint); font: 12px/1.5 "Roboto Mono", Menlo, Consolas, monospace; }
.sk .sk-inline-code { padding: 1px 3px; border: 1px solid var(--sk-line); border-radius: 3px;
  background: var(--sk-tint); color: var(--sk-danger); font: 12px/1.4 "Roboto Mono", Menlo, Consolas, monospace; }
.sk-b { font-weight: 700; }
.sk-i { font-style: italic; }
.sk-s { text-decoration: line-through; }
.sk-mention { padding: 0 2px; border-radius: 3px; background: var(--sk-mark); color: var(--sk-link); }
.sk-block { margin: 8px 0; }
.sk-header { margin: 8px 0 4px; font-size: 18px; font-weight: 900; line-height: 1.35; }
.sk .sk-divider { border: 0; border-top: 1px solid var(--sk-line); margin: 12px 0; }
.sk-section { display: flex; gap: 8px 16px; justify-content: space-between; }
.sk-grow { flex: 1; min-width: 0; }
.sk-fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; }
.sk-text + .sk-fields { margin-top: 8px; }
.sk-context { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; color: var(--sk-soft);
  font-size: 13px; }
.sk-actions { display: flex; flex-wrap: wrap; gap: 8px; }
.sk-end { justify-content: flex-end; }
.sk-button { min-height: 30px; padding: 0 12px; border-radius: 8px; font-size: 13px; font-weight: 700;
  line-height: 1.2; }
.sk-plain { border: 1px solid var(--sk-edge); background: var(--sk-bg); color: var(--sk-ink); }
.sk-primary { background: #007a5a; color: #fff; }
.sk-danger { border: 1px solid var(--sk-danger); background: var(--sk-bg); color: var(--sk-danger); }
.sk-choice { min-width: 180px; max-width: 320px; }
.sk-figure { margin: 8px 0; }
.sk-picture { display: block; max-width: min(100%, 480px); margin-top: 4px; border: 1px solid var(--sk-line);
  border-radius: 8px; background: #fff; color: #1d1c1d; }
.sk-thumb { width: 88px; height: 88px; object-fit: cover; border-radius: 8px; }
.sk-icon { width: 20px; height: 20px; object-fit: cover; border-radius: 3px; }

.sk-composer { display: flex; align-items: flex-end; gap: 8px; padding: 6px 12px 10px; flex: none; }
.sk-composer textarea { max-height: 140px; }
.sk-send { min-height: 40px; min-width: 40px; padding: 0; }
.sk .q-field--outlined .q-field__control { border-radius: 8px; }
.sk .q-field--outlined:not(.sk-who) .q-field__control:before { border-color: var(--sk-edge); }
.sk .sk-who .q-field__control:before { border-color: #ffffff8c; }
.sk ::placeholder { color: var(--sk-soft); opacity: 1; }
.sk-dialog { z-index: 1; width: 520px; max-width: 100%; padding: 20px 24px; gap: 0; border-radius: 12px; }
.sk-dialog.sk-small { width: 420px; }
.sk-dialog > div { width: 100%; }
.sk-title { margin-bottom: 8px; font-size: 20px; font-weight: 900; line-height: 1.3; }
.sk-dialog .sk-foot, .sk-dialog > .sk-end { margin-top: 16px; }
.sk-label { display: block; margin: 14px 0 4px; font-weight: 700; }
.sk .sk-optional { font-size: inherit; font-weight: 400; }
.sk-hint { margin-top: 4px; }
.sk-problem { color: var(--sk-danger); font-size: 13px; font-weight: 700; }
.sk-choices { display: flex; flex-direction: column; gap: 6px; }
.sk-choices .q-radio + .q-radio, .sk-choices .q-option-group > div + div { margin-top: 6px; }

@container (max-width: 700px) {
  .sk-with-thread > .sk-main { display: none; }
  .sk-thread { flex-basis: 100%; border-left: 0; }
}
@container (max-width: 440px) {
  .sk-section { flex-wrap: wrap; }
  .sk-row { padding: 6px 10px; }
  .sk-bar-note { display: none; }
  .sk-bar { justify-content: space-between; }
}
"""
