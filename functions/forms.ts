/** A form before it is posted: its page, its definition for scripts, its token, the snippet, and the page of thanks. */

import { forms } from 'ripen:campaign'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
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
import { assetAnswer } from './lib/assets.ts'
import { allowing, destinationsOf, formPolicy, html, json, problem, seeOther, wantsHtml } from './lib/http.ts'
import { readEdgeKey, visitorAddress } from './lib/visitor.ts'

const tableName = variable(env.tableName)
const [formKey, edgeKey] = await Promise.all([readSecret(variable(env.formKeyArn)), readEdgeKey()])
const publicUrl = variable(env.publicUrl)

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const asset = assetAnswer(event)
  if (asset) return asset
  if (event.routeKey === routes.openApi) return json(200, describeApi(forms, publicUrl), forEveryone)
  const name = event.pathParameters?.form ?? ''
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined
  if (!form) return wantsHtml(event) ? html(404, unknownFormPage()) : problem(unknownForm)
  return allowing(form.origins, event, await answer(form, event))
}

/** Says nothing that the pages do not show; tools on any site may read it. */
const forEveryone = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' }

const unknownForm = {
  status: 404,
  title: 'Unknown form',
  detail: `There is no such form; the forms are ${Object.keys(forms).join(', ')}.`,
  errors: [],
}

const answer = async (
  form: CompiledForm,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> => {
  switch (event.routeKey) {
    case routes.formPage:
      return html(200, formPage(form, await tokenFor(form, event)), formPolicy(destinationsOf(form)))
    case routes.formDefinition:
      return json(200, definitionOf(form), { 'cache-control': 'public, max-age=300' })
    case routes.formToken:
      return json(200, { ...(await tokenFor(form, event)), ...form.protection.token })
    case routes.formThanks:
      return 'redirect' in form.thanks ? seeOther(form.thanks.redirect) : html(200, thanksPage(form.thanks))
    case routes.capturePreflight:
      return {
        statusCode: 204,
        headers: {
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type, idempotency-key',
          'access-control-max-age': '7200',
        },
      }
    default:
      throw new Error(`The route ${event.routeKey} leads to forms, which does not serve it.`)
  }
}

const tokenFor = (form: CompiledForm, event: APIGatewayProxyEventV2) => {
  const { requestId, timeEpoch } = event.requestContext
  return issueToken(form, { nonce: requestId, atMs: timeEpoch, formKey }, () =>
    countToken(tableName, networkOf(visitorAddress(event, edgeKey), formKey), timeEpoch),
  )
}
