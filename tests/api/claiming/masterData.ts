import type { Operation } from '../../../api/permissions.ts';
import type { TaxCodesPublished } from '../../../domain/masterData/events.ts';
import type { DefinitionOf } from '../../../domain/masterData/violation.ts';
import { artefactOf, objectOf } from '../../support/otherEnvironment.ts';
import { type ClaimingApi, next, type Prepared, sampleBody, taken } from '../claimingApi.ts';
import { policy, unit } from './requests.ts';
import type { ClaimingRoutes } from './row.ts';

const definition = (operation: Operation, folder: string) => async () => ({
  path: `/v1/${folder}${folder === 'business-units' ? '' : '/ACME'}/NEW${next()}`,
  body: sampleBody(operation),
});

const customer = async (): Promise<Prepared> => {
  const code = `NEW${next()}`;
  const body = { ...sampleBody('defineCustomer'), billTo: code, priceListId: 'LIST-USD', contract: null };
  return { path: `/v1/customers/ACME/${code}`, body };
};

const partner = async (): Promise<Prepared> => {
  const code = `EDI${next()}`;
  const body = { ...sampleBody('definePartner'), them: { qualifier: 'ZZ', id: code, application: code } };
  return { path: `/v1/partners/ACME/${code}`, body };
};

const crossReference = async (api: ClaimingApi): Promise<Prepared> => {
  const prepared = await partner();
  await taken(api, 'definePartner', prepared);
  return {
    path: `${prepared.path.replace('partners', 'cross-references')}/ITEM`,
    body: sampleBody('defineCrossReference'),
  };
};

type TaxCodes = DefinitionOf<TaxCodesPublished>;

/** Of what is defined and published. */
export const masterDataRoutes = {
  defineItem: { prepare: definition('defineItem', 'items'), events: ['ItemDefined'], reads: 1 },
  defineCustomer: { prepare: customer, events: ['CustomerDefined'], reads: 1 },
  defineNode: { prepare: definition('defineNode', 'nodes'), events: ['NodeDefined'], reads: 1 },
  definePriceList: { prepare: definition('definePriceList', 'price-lists'), events: ['PriceListDefined'], reads: 1 },
  definePartner: { prepare: partner, events: ['PartnerDefined'], reads: 1 },
  defineCrossReference: { prepare: crossReference, events: ['CrossReferenceDefined'], reads: 1 },
  defineBusinessUnit: {
    prepare: definition('defineBusinessUnit', 'business-units'),
    ...{ events: ['BusinessUnitDefined'], reads: 1 },
  },
  publishAccountMap: {
    prepare: policy('publishAccountMap', 'accounts'),
    ...{ events: ['AccountMapPublished'], reads: 1 },
  },
  publishPostingRules: {
    prepare: policy('publishPostingRules', 'posting'),
    ...{ events: ['PostingRulesPublished'], reads: 1 },
  },
  publishLateSupply: {
    prepare: policy('publishLateSupply', 'late-supply'),
    ...{ events: ['LateSupplyPublished'], reads: 1 },
  },
  publishIntercompany: {
    prepare: policy('publishIntercompany', 'intercompany'),
    ...{ events: ['IntercompanyPublished'], reads: 1 },
  },
  publishTaxCodes: { prepare: policy('publishTaxCodes', 'tax-codes'), events: ['TaxCodesPublished'], reads: 1 },
  proposePromotion: {
    prepare: async (api) => {
      const bu = await unit(api);
      const { items, charges } = sampleBody('publishTaxCodes') as Omit<TaxCodes, 'bu'>;
      const artefact = artefactOf(bu, [objectOf({ kind: 'tax-codes', definition: { bu, items, charges } })]);
      return { path: `/v1/policies/${bu}/promotions`, body: { artefact, reason: 'release' } };
    },
    ...{ events: ['PromotionProposed'], reads: 2 },
  },
} satisfies ClaimingRoutes;
