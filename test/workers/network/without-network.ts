import { labDoor } from '#test/support/lab-door.ts'

// Run by a test in a network namespace in which nothing is up, loopback neither.
const door = labDoor()
const outcomes = {
  connect: await door.connect('127.0.0.1', 4444, { timeoutMillis: 5000 }),
  exchange: await door.exchange('127.0.0.1', 4444, Buffer.from('x'), { timeoutMillis: 5000, accept: () => true }),
  resolve: await door.resolve('a.example.org'),
}
console.log(JSON.stringify(outcomes))
