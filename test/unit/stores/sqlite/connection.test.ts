import Libsql from 'libsql';
import { DatabaseFile } from '../../../../lib/stores/sqlite/database-file.js';
import type { Connection } from '../../../../lib/stores/sqlite/driver.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const path = temporaryFolder();
const INSERT = `INSERT INTO swapproof_entry (position, tag, kind, key, spared, at) VALUES (?, ?, 'root', 'r1', '[]', 0)`;

describe('Connection', () => {
  let file: DatabaseFile;
  let other: DatabaseFile;

  beforeEach(() => {
    file = new DatabaseFile(Libsql, path('s.db'), { durability: 'FULL', creates: true });
    other = new DatabaseFile(Libsql, path('s.db'), { durability: 'FULL', creates: true });
    for (const each of [file, other]) each.connection();
  });
  afterEach(() => {
    for (const each of [file, other]) each.close();
  });

  const add = (each: Connection, position: number) => each.write(() => each.run(INSERT, position, `t${position}`));
  const version = (each: Connection) => each.all('PRAGMA data_version');

  it('reads every statement to its end, so that it notices what others commit', () => {
    for (let position = 1; position <= 350; position++) other.use((each) => add(each, position));
    file.use((each) => {
      const before = version(each);
      expect(each.all('SELECT position FROM swapproof_entry')).toHaveLength(350);
      other.use((theirs) => add(theirs, 351));
      expect(version(each)).not.toEqual(before);
    });
  });

  it('is given up once a statement of its own met a lock, and would never notice anything again', () => {
    const stuck = file.connection();
    other.use((each) =>
      each.write(() => expect(() => stuck.run(INSERT, 1, 't1')).toThrow(expect.objectContaining({ rawCode: 5 }))),
    );
    expect(file.current()).toBeNull();
    other.use((each) => add(each, 2));
    expect(file.use((each) => add(each, 3))).toBe(1);
    expect(file.use((each) => each.all('SELECT position FROM swapproof_entry'))).toEqual([[2], [3]]);
  });

  it('goes on after a lock that kept it from beginning', () => {
    const waiting = file.connection();
    other.use((each) => each.write(() => expect(() => add(waiting, 1)).toThrow(/locked/)));
    expect(file.current()).toBe(waiting);
    expect(add(waiting, 1)).toBe(1);
  });

  it('undoes a transaction that fails in the middle', () => {
    const broken = (each: Connection) =>
      each.write(() => {
        each.run(INSERT, 1, 't1');
        each.run(INSERT, 2, '');
      });
    expect(() => file.use(broken)).toThrow(/CHECK/);
    expect(file.use((each) => each.all('SELECT position FROM swapproof_entry'))).toEqual([]);
  });
});
