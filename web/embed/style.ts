/** How the form looks where it is drawn: the page's own fonts and colours, with one accent that the page may name. */

/** A constructed sheet: a content policy without `unsafe-inline` lets it be. */
export const styleSheet = (): CSSStyleSheet => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  return sheet
}

/** Text in the warning colour is mixed with the page's own ink, so it can be read on light pages and on dark ones. */
const css = `
:host{display:block;--a:var(--ripen-accent,#2f6b47);--o:var(--ripen-on-accent,#fff);--r:var(--ripen-radius,.4em);--w:var(--ripen-warning,#d4331a)}
*{box-sizing:border-box}
h2,p,ul{margin:0}
form>*{margin-top:1.1em}
form>:first-child{margin-top:0}
h2{font-size:1.35em;line-height:1.25}
h2+p{margin-top:.4em}
.field{display:grid;gap:.25em}
label{font-weight:600;overflow-wrap:anywhere}
.tick label,small{font-weight:400}
small{font-size:.9em}
input,select,button{font:inherit;color:inherit}
input:not([type=checkbox]),select{width:100%;padding:.55em .65em;background:0 0;border:1px solid color-mix(in srgb,currentcolor 55%,transparent);border-radius:var(--r)}
option{color:CanvasText;background:Canvas}
[aria-invalid]{border-color:var(--w)!important;box-shadow:0 0 0 1px var(--w)}
.tick{display:grid;grid-template-columns:auto 1fr;gap:.2em .7em;align-items:start}
.tick input{width:1.15em;height:1.15em;margin:.22em 0 0;accent-color:var(--a)}
.tick>small{grid-column:2}
.error{color:color-mix(in srgb,currentcolor 55%,var(--w))}
.problem{border-left:.25em solid var(--w);padding:.2em 0 .2em .8em}
.problem ul{padding-left:1.2em}
.problem a{color:inherit}
button{padding:.65em 1.3em;border:0;border-radius:var(--r);background:var(--a);color:var(--o);font-weight:600;cursor:pointer}
[aria-disabled]{opacity:.7;cursor:progress}
.aside{position:absolute;left:-200vw;width:1px;height:1px;overflow:hidden}
:focus-visible{outline:3px solid var(--ripen-focus,#2f8f5b);outline-offset:2px}
`.replaceAll('\n', '')
