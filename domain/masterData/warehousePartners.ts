import { valuesOf } from '../stock/orderedMap.ts';
import { type Catalog, nodeOf } from './catalog.ts';
import { atMost, code, expectThat, unique } from './checks.ts';
import { type PartnerDefined, type WarehouseTerms, warehouseNodesMax } from './partnerEvents.ts';
import type { DefinitionOf, Violation } from './violation.ts';

type Found = readonly Violation[];
type Partner = PartnerDefined['data'];
export type WarehousePartner = Partner & { readonly warehouse: WarehouseTerms };

const isWarehouse = (partner: Partner): partner is WarehousePartner => partner.warehouse !== undefined;

/** Warehouses of a business unit that are told by EDI what to ship, also those that are not active. */
export const warehousePartners = (catalog: Catalog, bu: string): readonly WarehousePartner[] =>
  [...valuesOf(catalog.partners)].filter(isWarehouse).filter((partner) => partner.bu === bu);

/** Whether any business unit has one. */
export const isAnyToldByEdi = (catalog: Catalog): boolean => [...valuesOf(catalog.partners)].some(isWarehouse);

/** Whose warehouse a node is; undefined: it is not told by EDI. One that is not active owns its nodes all the same. */
export const warehouseOfNode = (catalog: Catalog, bu: string, node: string): WarehousePartner | undefined =>
  warehousePartners(catalog, bu).find(({ warehouse }) => warehouse.nodes.includes(node));

export const warehouseViolations = ({ warehouse }: Pick<Partner, 'warehouse'>): Found =>
  warehouse === undefined
    ? []
    : [
        ...atMost(['warehouse', 'nodes'], warehouse.nodes, warehouseNodesMax),
        ...unique(['warehouse', 'nodes'], warehouse.nodes),
        ...warehouse.nodes.flatMap((node, index) => code(['warehouse', 'nodes', index], node)),
      ];

const nodeFound = (partner: DefinitionOf<PartnerDefined>, node: string, index: number, catalog: Catalog): Found => {
  const { bu } = partner;
  const where = ['warehouse', 'nodes', index] as const;
  const known = nodeOf(catalog, bu, node);
  const owner = warehouseOfNode(catalog, bu, node);
  return [
    ...expectThat(known !== undefined, where, 'NODE_UNKNOWN', `${bu} has no node ${node}.`),
    ...expectThat(known?.kind !== 'SUPPLIER', where, 'NODE_KEEPS_NO_STOCK', `${node} is a supplier.`),
    ...expectThat(
      owner === undefined || owner.partner === partner.partner,
      where,
      'DUPLICATE',
      `${node} is a node of partner ${owner?.partner}: take it away there first.`,
    ),
  ];
};

export const warehouseReferences = (partner: DefinitionOf<PartnerDefined>, catalog: Catalog): Found =>
  (partner.warehouse?.nodes ?? []).flatMap((node, index) => nodeFound(partner, node, index, catalog));
