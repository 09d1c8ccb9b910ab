/** Whether a theme's colours can be told apart where they stand on each other. */
import Color from 'colorjs.io'
import type { Problems } from '../source/problems.ts'
import { type Look, themePath } from './theme.ts'

/** WCAG 2.2, 1.4.3: for text of this size. */
const leastContrast = 4.5

const pairs = [
  ['text', 'card', 'the text of an email'],
  ['heading', 'card', 'the headings'],
  ['link', 'card', 'the links'],
  ['muted', 'card', 'the quotations'],
  ['muted', 'page', 'the footer'],
] as const

/** Colours that stand on each other and cannot well be told apart, in the light and in the dark. */
export const adviseOnContrast = ({ theme }: Look, problems: Problems): void => {
  for (const mode of ['light', 'dark'] as const)
    for (const [front, behind, what] of pairs) {
      const colours = theme.data[mode]
      const contrast = new Color(colours[front]).contrast(colours[behind], 'WCAG21')
      if (contrast >= leastContrast) continue
      const ratio = (Math.floor(contrast * 10) / 10).toFixed(1)
      problems.advise(
        themePath,
        theme.lineAt(mode, front),
        `${mode}.${front} on ${mode}.${behind} is hard to read: ${what} would have a contrast of ${ratio} to 1.`,
        `Make one of them ${mode === 'light' ? 'darker or the other lighter' : 'lighter or the other darker'} until the contrast is ${leastContrast} to 1.`,
      )
    }
}
