/** A form before it is posted: its page, its definition for scripts, its token, the snippet, and the page of thanks. */

import { forms } from 'ripen:campaign'
import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { countToken } from '../shared/aws/token-rate.ts'
import type { CompiledForm } from '../shared/campaign/compiled/compiled.ts'
import { env, routes } from '../shared/contracts/names.ts'
import { describeApi } from '../shared/flows/intake/api-description.ts'
import { definitionOf } from '../shared/flows/intake/form-definition.ts'
import { issueToken } from '../shared/flows/intake/issue-token.ts'
import { networkOf } from '../shared/flows/intake/network.ts'
import { formPage, thanksPage } from '../web/form-page.ts'
import { unknownFormPage } from '../web/pages.ts'
import { type Answer, json, page, problem, seeOther, wantsPage } from './lib/answers.ts'
import { assetAnswer } from './lib/assets.ts'
import { formCors, formOfPath, preflight } from './lib/form-cors.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'
import { problemJson } from './lib/problem-json.ts'
import { formPolicy, securityHeaders } from './lib/security-headers.ts'
import { UnservedRoute } from './lib/unserved-route.ts'
import { readEdgeKey, visitorAddress } from './lib/visitor.ts'

const tableName = variable(env.tableName)
const [formKey, edgeKey] = await Promise.all([readSecret(variable(env.formKeyArn)), readEdgeKey()])
const publicUrl = variable(env.publicUrl)

const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
  const asset = assetAnswer(event)
  if (asset) return asset
  if (event.routeKey === routes.openApi) return json(200, describeApi(forms, publicUrl), forEveryone)
  const form = formOfPath(forms, event)
  if (form) return answerOf(form, event)
  return wantsPage(event) ? page(404, unknownFormPage()) : problem(unknownForm)
}

/** Says nothing that the pages do not show; tools on any site may read it. */
const forEveryone = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' }

const unknownForm = {
  status: 404,
  title: 'Unknown form',
  detail: `There is no such form; the forms are ${Object.keys(forms).join(', ')}.`,
  errors: [],
}

const answerOf = async (form: CompiledForm, event: APIGatewayProxyEventV2): Promise<Answer> => {
  switch (event.routeKey) {
    case routes.formPage:
      return page(200, formPage(form, await tokenFor(form, event)), formPolicy(form))
    case routes.formDefinition:
      return json(200, definitionOf(form), { 'cache-control': 'public, max-age=300' })
    case routes.formToken:
      return json(200, { ...(await tokenFor(form, event)), ...form.protection.token })
    case routes.formThanks:
      return 'redirect' in form.thanks ? seeOther(form.thanks.redirect) : page(200, thanksPage(form.thanks))
    case routes.capturePreflight:
      return preflight()
    default:
      throw new UnservedRoute(event.routeKey, 'forms')
  }
}

const tokenFor = (form: CompiledForm, event: APIGatewayProxyEventV2) => {
  const { requestId, timeEpoch } = event.requestContext
  return issueToken(form, { nonce: requestId, atMs: timeEpoch, formKey }, () =>
    countToken(tableName, networkOf(visitorAddress(event, edgeKey), formKey), timeEpoch),
  )
}

export const handler = middy(answer, noEarlyAnswer).use(securityHeaders).use(formCors(forms)).use(problemJson)
