import { z } from 'zod';
import type { Application, Outcome } from '../../commands/application.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { crossReferenceKinds } from '../../domain/masterData/partnerEvents.ts';
import { requireScope } from '../authorise.ts';
import type { ApiDeps } from '../deps.ts';
import type { Operation } from '../permissions.ts';
import { type CommandCall, command, type Route } from '../route.ts';
import { code } from '../schemas/fields.ts';
import {
  accountMapBody,
  businessUnitBody,
  customerBody,
  definitionAnswer,
  itemBody,
  nodeBody,
  postingRulesBody,
  priceListBody,
  taxCodesBody,
} from '../schemas/masterData.ts';
import { crossReferenceBody, partnerBody } from '../schemas/partners.ts';

type Define<Input> = (
  application: Application,
) => (input: Input, context: CommandContext) => Promise<Outcome<{ readonly version: number }>>;

type Declared<P extends z.ZodType<{ readonly bu: string }>, B extends z.ZodType<object>> = {
  readonly operation: Operation;
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly params: P;
  readonly body: B;
  readonly define: Define<z.output<P> & z.output<B> & { readonly ifMatch?: number }>;
};

/** Every definition is a full, versioned replacement of the one before. */
const definition = <P extends z.ZodType<{ readonly bu: string }>, B extends z.ZodType<object>>(
  declared: Declared<P, B>,
): Route =>
  command({
    operation: declared.operation,
    method: 'put',
    path: declared.path,
    tag: 'Master data',
    summary: declared.summary,
    params: declared.params,
    body: declared.body,
    status: 200,
    answer: definitionAnswer,
    refusals: [409],
    ask: async (input, call: CommandCall, deps: ApiDeps) => {
      const params: z.output<P> = input.params;
      requireScope(call.principal, { bu: params.bu });
      const definition = { ...params, ...(input.body as z.output<B>), ...call.condition };
      return declared.define(deps.application)(definition, call.context);
    },
    tell: ({ version }, receipt) => ({ body: { version, receipt }, etag: receipt.revision }),
  });

const businessUnit = z.strictObject({ bu: code });

export const masterDataRoutes: readonly Route[] = [
  definition({
    operation: 'defineItem',
    path: '/v1/items/{bu}/{item}',
    summary: 'Define an item with its units',
    params: z.strictObject({ bu: code, item: code }),
    body: itemBody,
    define: (application) => application.defineItem,
  }),
  definition({
    operation: 'defineCustomer',
    path: '/v1/customers/{bu}/{customer}',
    summary: 'Define a customer with ship-tos and contract',
    params: z.strictObject({ bu: code, customer: code }),
    body: customerBody,
    define: (application) => application.defineCustomer,
  }),
  definition({
    operation: 'defineNode',
    path: '/v1/nodes/{bu}/{node}',
    summary: 'Define a warehouse or supplier node',
    params: z.strictObject({ bu: code, node: code }),
    body: nodeBody,
    define: (application) => application.defineNode,
  }),
  definition({
    operation: 'definePriceList',
    path: '/v1/price-lists/{bu}/{priceListId}',
    summary: 'Define a price list',
    params: z.strictObject({ bu: code, priceListId: code }),
    body: priceListBody,
    define: (application) => application.definePriceList,
  }),
  definition({
    operation: 'definePartner',
    path: '/v1/partners/{bu}/{partner}',
    summary: 'Define an EDI partner that speaks for a customer',
    params: z.strictObject({ bu: code, partner: code }),
    body: partnerBody,
    define: (application) => application.definePartner,
  }),
  definition({
    operation: 'defineCrossReference',
    path: '/v1/cross-references/{bu}/{partner}/{kind}',
    summary: 'Define what a partner calls items, ship-tos, units or charges of ours',
    params: z.strictObject({ bu: code, partner: code, kind: z.enum(crossReferenceKinds) }),
    body: crossReferenceBody,
    define: (application) => application.defineCrossReference,
  }),
  definition({
    operation: 'defineBusinessUnit',
    path: '/v1/business-units/{bu}',
    summary: 'Define a business unit',
    params: businessUnit,
    body: businessUnitBody,
    define: (application) => application.defineBusinessUnit,
  }),
  definition({
    operation: 'publishAccountMap',
    path: '/v1/policies/{bu}/accounts',
    summary: 'Publish the map from account roles to accounts',
    params: businessUnit,
    body: accountMapBody,
    define: (application) => application.publishAccountMap,
  }),
  definition({
    operation: 'publishPostingRules',
    path: '/v1/policies/{bu}/posting',
    summary: 'Publish the posting rules',
    params: businessUnit,
    body: postingRulesBody,
    define: (application) => application.publishPostingRules,
  }),
  definition({
    operation: 'publishTaxCodes',
    path: '/v1/policies/{bu}/tax-codes',
    summary: "Publish the map from tax codes to the tax engine's",
    params: businessUnit,
    body: taxCodesBody,
    define: (application) => application.publishTaxCodes,
  }),
];
