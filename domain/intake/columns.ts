export const importKinds = ['items', 'customers', 'prices'] as const;
export type ImportKind = (typeof importKinds)[number];

/** A column of a file. `meaning` is shown to whoever writes such files. */
export type ImportColumn = { readonly name: string; readonly isRequired: boolean; readonly meaning: string };

const required = (name: string, meaning: string): ImportColumn => ({ name, isRequired: true, meaning });
const optional = (name: string, meaning: string): ImportColumn => ({ name, isRequired: false, meaning });

const businessUnit = optional('bu', 'The business unit of the import; a row of another one is refused.');

/** What a file of each kind may say, in the words of the definitions that its rows become. */
export const importColumns: Readonly<Record<ImportKind, readonly ImportColumn[]>> = {
  items: [
    businessUnit,
    required('item', 'Its code.'),
    required('description', 'What people call it.'),
    required('group', 'The item group.'),
    required('baseUom', 'The unit that it is counted in; fixed for ever.'),
    required('taxCode', 'As the tax codes of the business unit have it.'),
    optional('kind', 'STOCK or KIT; fixed for ever. Empty: STOCK.'),
    optional('conversions', 'Other units in base units: `BX=12; PAL=480`, or exact fractions `LB=1000/2205`.'),
    optional('components', 'What one kit is made of, in base units: `SEAL-RING=2; GREASE-50=1`.'),
    optional('leadTimeDays', 'Whole days.'),
    optional('supplierNode', 'The node that delivers it to customers by itself; together with `supplierCost`.'),
    optional('supplierCost', 'What that supplier charges for a base unit, in major units.'),
    optional('lotTracked', '`true` or `false`.'),
    optional('serialTracked', '`true` or `false`.'),
    optional('catchWeight', '`true` or `false`.'),
    optional('active', '`true` or `false`. Empty: true.'),
  ],
  customers: [
    businessUnit,
    required('customer', 'Its code.'),
    required('name', 'What it is called.'),
    required('group', 'The customer group.'),
    required('taxCode', 'As the tax engine knows its customers.'),
    required('termsDays', 'Whole days within which it pays.'),
    required('priceListId', 'The price list that it buys by.'),
    optional('billTo', 'The customer that pays. Empty: itself.'),
    optional(
      'shipTos',
      'Where goods go, each with its region: `MAIN=US-NY; DOCK-2=US-NJ`. A new customer has one at least.',
    ),
    optional('repeatsOrders', '`true` or `false`.'),
    optional('active', '`true` or `false`. Empty: true.'),
  ],
  prices: [
    businessUnit,
    required('priceListId', 'The price list.'),
    required('item', 'Its code.'),
    required('unitPrice', 'For a base unit, decimal text in major units with up to 6 places.'),
    optional('currency', 'Needed for a list that there is none of yet; otherwise that of the list.'),
  ],
};

/** A column that the service wrote beside the data, such as what was wrong with a row: it is not read. */
export const isNote = (name: string): boolean => name.startsWith('#');

/** Of a file, with its header. */
export const rowsMax = 250_000;
