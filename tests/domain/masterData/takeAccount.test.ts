import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import { applyToCatalog, customerOf, emptyCatalog } from '../../../domain/masterData/catalog.ts';
import type { CrmAccount, CrmOwnership } from '../../../domain/masterData/crm.ts';
import { demoBusinessUnit, demoCustomers } from '../../../domain/masterData/demo.ts';
import type { CustomerDefined } from '../../../domain/masterData/events.ts';
import { customerDecider } from '../../../domain/masterData/masterData.ts';
import { businessUnitViolations } from '../../../domain/masterData/validateDefinition.ts';
import type { DefinitionOf } from '../../../domain/masterData/violation.ts';
import { eventsOf } from '../invoice/sale.ts';

const byHand = demoCustomers[0] as DefinitionOf<CustomerDefined>;

const ownership: CrmOwnership = {
  owns: ['NAME', 'TERMS', 'CONTACTS'],
  terms: [
    { theirs: '1', days: 30 },
    { theirs: '3', days: 45 },
  ],
  newCustomers: { group: 'WORKSHOP', taxCode: 'TAXABLE', priceListId: 'LIST-USD' },
};

const account: CrmAccount = {
  ...{ system: 'crm', accountId: 'a-1', rowVersion: '7', customer: 'C-1001' },
  ...{ name: 'Bay Machine Works', active: true, termsCode: '1' },
  shipTos: [{ id: 'DOCK', region: 'US-NY', address: '1 Pier Road, New York' }],
  contacts: [{ name: 'Ada Ray', email: 'ada@bay.example' }],
};

type Command = Parameters<typeof customerDecider.decide>[0];

const define = (over: Partial<DefinitionOf<CustomerDefined>> = {}): Command => ({
  type: 'Define',
  definition: { ...byHand, ...over },
});
const take = (
  over: Partial<CrmAccount> = {},
  { words = new Map(), ...terms }: Partial<CrmOwnership> & { words?: ReadonlyMap<string, string> } = {},
): Command => ({
  ...{ type: 'TakeAccount', bu: 'ACME', account: { ...account, ...over } },
  ownership: { ...ownership, ...terms },
  words,
});

const given = (...commands: readonly Command[]) => {
  const state = commands.reduce(
    (at, command) => fold(customerDecider, at, eventsOf(customerDecider.decide(command, at))),
    customerDecider.initial,
  );
  return {
    when: (command: Command) => customerDecider.decide(command, state),
    state: state.current,
  };
};

const refusal = (...codes: readonly string[]) => ({
  refused: 'MASTER_DATA_INVALID',
  data: { violations: codes.map((code) => expect.objectContaining({ code })) },
});

describe('an account of the CRM', () => {
  test('that is no customer yet becomes one, with what its business unit gives new ones', () => {
    expect(given().when(take())).toEqual([
      {
        type: 'CustomerDefined',
        data: {
          ...{ bu: 'ACME', customer: 'C-1001', version: 1, name: 'Bay Machine Works', active: true, billTo: 'C-1001' },
          ...{ group: 'WORKSHOP', taxCode: 'TAXABLE', priceListId: 'LIST-USD', termsDays: 30, contract: null },
          ...{ shipTos: account.shipTos, contacts: account.contacts },
          crmAccount: { system: 'crm', accountId: 'a-1', rowVersion: '7' },
        },
      },
    ]);
  });

  test('says what its business unit leaves to it, and changes nothing else of what finance defined', () => {
    const [event] = given(define()).when(
      take({ name: 'Bay Works', termsCode: '3', active: false, rowVersion: '8' }),
    ) as readonly CustomerDefined[];
    expect(event?.data).toEqual({
      ...{ ...byHand, name: 'Bay Works', termsDays: 45, contacts: account.contacts, version: 2 },
      crmAccount: { system: 'crm', accountId: 'a-1', rowVersion: '8' },
    });
    const [owned] = given(define()).when(take({ active: false }, { owns: ['ACTIVE', 'SHIP_TOS'] })) as readonly [
      CustomerDefined,
    ];
    expect(owned.data).toMatchObject({ active: false, shipTos: account.shipTos, name: byHand.name, termsDays: 30 });
    expect(owned.data.contacts).toBeUndefined();
  });

  test('I-05 is no event when it was taken in this state or a later one, or changes nothing here', () => {
    const taken = given(define(), take({ termsCode: '3', rowVersion: '10' }));
    expect(taken.when(take({ termsCode: '3', rowVersion: '10' }))).toEqual([]);
    expect(taken.when(take({ termsCode: '1', rowVersion: '9' }))).toEqual([]);
    expect(taken.when(take({ termsCode: '3', rowVersion: '11' }))).toEqual([]);
    expect(taken.when(take({ termsCode: '1', rowVersion: '12' }))).toMatchObject([{ data: { termsDays: 30 } }]);
  });

  test('that says what is defined already is that customer’s from then on', () => {
    const same = { contacts: [] };
    const bound = given(define(), take(same));
    expect(bound.state).toMatchObject({ version: 2, crmAccount: { accountId: 'a-1', rowVersion: '7' } });
    expect(bound.when(take(same))).toEqual([]);
  });

  test('keeps its customer when a person defines that, whose word holds until the account is changed', () => {
    const byPerson = given(take(), define({ termsDays: 60 }));
    expect(byPerson.state).toMatchObject({ termsDays: 60, crmAccount: { accountId: 'a-1', rowVersion: '7' } });
    expect(byPerson.when(define({ termsDays: 60 }))).toEqual([]);
    expect(byPerson.when(take())).toEqual([]);
    expect(byPerson.when(take({ rowVersion: '8' }))).toMatchObject([{ data: { termsDays: 30 } }]);
  });

  test('with the number of a customer that another account is, is refused; another CRM starts anew', () => {
    const taken = given(take());
    expect(taken.when(take({ accountId: 'a-2', rowVersion: '9' }))).toMatchObject(refusal('DUPLICATE'));
    expect(taken.when(take({ accountId: 'a-2', rowVersion: '9', active: false }))).toEqual([]);
    expect(taken.when(take({ system: 'new-crm', accountId: 'n-1', rowVersion: '1' }))).toMatchObject([
      { data: { version: 2, crmAccount: { system: 'new-crm', accountId: 'n-1', rowVersion: '1' } } },
    ]);
  });

  test('takes over from the customer’s own that is one no more, also when nothing else is different', () => {
    const merged = { ...take({ accountId: 'a-2', rowVersion: '3' }), takesOver: true } as Command;
    const after = given(take(), merged);
    expect(after.state).toMatchObject({ version: 2, crmAccount: { accountId: 'a-2', rowVersion: '3' } });
    expect([after.when(merged), after.when(take({ active: false, rowVersion: '9' }))]).toEqual([[], []]);
  });

  test('with terms that nobody has put into days waits, unless its terms are not the CRM’s to say', () => {
    expect(given(define()).when(take({ termsCode: '2' }))).toMatchObject(refusal('TERMS_UNKNOWN'));
    expect(given().when(take({ termsCode: null }, { owns: [] }))).toMatchObject(refusal('TERMS_UNKNOWN'));
    expect(given(define()).when(take({ termsCode: '2' }, { owns: ['NAME'] }))).toMatchObject([
      { data: { termsDays: 30, version: 2 } },
    ]);
  });

  test('that can be no customer names all that is wrong', () => {
    const wrong = { name: 'x'.repeat(201), shipTos: [{ id: 'A B', region: '' }] };
    expect(given().when(take(wrong))).toMatchObject(refusal('TEXT_INVALID', 'CODE_INVALID', 'CODE_INVALID'));
    expect(given(define()).when(take({ shipTos: [] }, { owns: ['SHIP_TOS'] }))).toMatchObject(
      refusal('SHIP_TO_MISSING'),
    );
  });

  test('whose text is sealed here is compared with what the words say', () => {
    const sealed = given(define({ name: '⟦w1⟧', contacts: [{ name: '⟦w2⟧', email: '⟦w3⟧' }] }));
    const words = new Map([
      ['⟦w1⟧', account.name],
      ['⟦w2⟧', 'Ada Ray'],
      ['⟦w3⟧', 'old@bay.example'],
    ]);
    expect(sealed.when(take({}, { words }))).toMatchObject([
      { data: { name: '⟦w1⟧', contacts: [{ name: '⟦w2⟧', email: 'ada@bay.example' }] } },
    ]);
  });
});

test('the catalogue keeps no addresses and contacts: nothing looks them up', () => {
  const { shipTos, contacts } = account;
  const event: CustomerDefined = { type: 'CustomerDefined', data: { ...byHand, shipTos, contacts, version: 1 } };
  const known = customerOf(applyToCatalog(emptyCatalog, event), 'ACME', 'C-1001');
  expect(known).toEqual({ ...byHand, version: 1, shipTos: [{ id: 'DOCK', region: 'US-NY' }] });
});

test('what a business unit leaves to its CRM is checked', () => {
  const crm = { ...ownership, terms: [...ownership.terms, { theirs: '1', days: 400 }] };
  expect(businessUnitViolations({ ...demoBusinessUnit, crm }).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(
    ['/crm/terms/2/days OUT_OF_RANGE', '/crm/terms/2/theirs DUPLICATE'],
  );
});
