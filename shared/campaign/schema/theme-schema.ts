/** The shape of theme/theme.yaml: how a marketer says what every email looks like. */
import * as z from 'zod'
import { isMissing } from './schema-messages.ts'

const colour = z
  .string({
    error: ({ input }) =>
      input === undefined
        ? isMissing
        : 'must be a colour in quotation marks, such as "#2f6b47"; what follows a # without them is a comment',
  })
  .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as "#2f6b47"')

const fonts = z
  .string()
  .transform((names) => names.replaceAll('"', "'"))
  .refine(
    (names) => /^[\w ,'-]+$/.test(names),
    'must be font names separated by commas, such as Georgia, serif',
  )

const line = (most: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(most, `must be at most ${most} characters`)
    .regex(/^[^\n{}[\]]*$/, 'must be one line without { } [ ]')

const palette = (colours: Readonly<Record<keyof typeof light, string>>) =>
  z
    .strictObject({
      page: colour.default(colours.page),
      card: colour.default(colours.card),
      text: colour.default(colours.text),
      heading: colour.default(colours.heading),
      link: colour.default(colours.link),
      muted: colour.default(colours.muted),
      line: colour.default(colours.line),
    })
    .prefault({})

/** Calm and readable: each text is at least 5 to 1 against what is behind it. */
const light = {
  page: '#f4f2ec',
  card: '#ffffff',
  text: '#22302a',
  heading: '#17201b',
  link: '#2a6342',
  muted: '#5a6860',
  line: '#dfe3dd',
}
const dark = {
  page: '#141a17',
  card: '#1e2723',
  text: '#e3e9e5',
  heading: '#f2f5f3',
  link: '#86cba3',
  muted: '#a3b2aa',
  line: '#36423c',
}

export const themeFile = z.strictObject({
  brand: line(60),
  /** As HTML knows it; an email client reads the email aloud, breaks words and offers translation by it. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en or pt-BR')
    .default('en'),
  logo: z
    .strictObject({
      image: z
        .url({ protocol: /^https$/, hostname: z.regexes.domain, error: 'must be a full https address' })
        .refine(
          (address) => !/\.(svg|webp|avif)$/i.test(address),
          'must be a PNG, JPEG or GIF; many email clients show nothing else',
        ),
      alt: line(60),
      width: z.number().int().min(16, 'must be 16 or more').max(280, 'must be 280 or less').default(140),
    })
    .optional(),
  /** Pixels. */
  width: z.number().int().min(480, 'must be 480 or more').max(700, 'must be 700 or less').default(600),
  fonts: z
    .strictObject({
      text: fonts.default("Georgia, 'Times New Roman', serif"),
      headings: fonts.default("Georgia, 'Times New Roman', serif"),
    })
    .prefault({}),
  light: palette(light),
  dark: palette(dark),
  footer: z
    .strictObject({
      reason: line(200).default('You receive this because you asked for it on our website.'),
      wayOut: line(60).default('No more of these emails'),
    })
    .prefault({}),
})

export type Theme = z.output<typeof themeFile>
