/** Who has an account, and what was mailed. The names of people are what no other person may see. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly mail: string;
  readonly password: string;
}

const PEOPLE: readonly Person[] = [
  { id: '1', name: 'alice', mail: 'alice@example.com', password: 'wonderland' },
  { id: '2', name: 'bob', mail: 'bob@example.com', password: 'builder' },
];

export function findPerson(key: 'id' | 'name' | 'mail', value: string): Person | undefined {
  return PEOPLE.find((person) => person[key] === value);
}
