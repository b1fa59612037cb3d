import { type LookupAddress, lookup as lookUp } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** What is reached from inside only, and may do what it is asked by whoever can call it: our own services, cloud metadata, neighbours. */
const closed = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
  // For examples, and the way into IPv6 that nobody keeps any more.
  ...['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24'],
];
/** Of IPv6 only what is routed everywhere is open, without the ranges that carry an IPv4 address through. */
const open6 = ['2000::/3'];
const closed6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

class AddressForbidden extends Error {
  override readonly name = 'AddressForbidden';
  readonly code = 'ADDRESS_FORBIDDEN';
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** Whether an address is in one of the networks, which are written `<address>/<bits>`. */
const within = (networks: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
};

const isClosed = within(closed);
const isOpen6 = within(open6);
const isClosed6 = within(closed6);

const isOpen = (address: string): boolean =>
  isIPv6(address) ? isOpen6(address) && !isClosed6(address) : !isClosed(address);

/** Which addresses may be called: everybody's, and those of `networks`, which are ours and were allowed. */
export const makeAddressRule = (networks: readonly string[]): ((address: string) => boolean) => {
  const isAllowed = within(networks);
  return (address) => isOpen(address) || isAllowed(address);
};

export type AddressRule = ReturnType<typeof makeAddressRule>;

/** Where it fails it says nothing of addresses. */
type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, found?: readonly LookupAddress[]) => void,
) => void;

const resolveUsual: Resolve = (host, done) => lookUp(host, { all: true, verbatim: true }, done);

/**
 * The lookup of a connection that is being made: the addresses that it may go to, or an error when one of them may not. Looked at
 * here and not before, because a name can have another address a moment later.
 */
export const guardedLookup =
  (isAllowed: AddressRule, resolve: Resolve = resolveUsual): LookupFunction =>
  (host, options, callback) => {
    resolve(host, (error, found = []) => {
      const [first] = found;
      if (error !== null || first === undefined)
        return callback(error ?? Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), []);
      if (!found.every(({ address }) => isAllowed(address)))
        return callback(new AddressForbidden(`${host} is an address that may not be called`), []);
      if (options.all === true) return callback(null, [...found]);
      return callback(null, first.address, first.family);
    });
  };

/** The host of a URL where it is an address already: no lookup is asked for it. */
export const addressIn = ({ hostname }: URL): string | undefined => {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
};
