// Reads a JSON list of simulations from stdin and writes the list of their results, in the same order.
import { text } from 'node:stream/consumers'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const results = []
for (const simulation of JSON.parse(await text(process.stdin))) {
  const { errors, overallResult } = await runSimulation(simulation, {})
  results.push(errors ? `invalid: ${JSON.stringify(errors)}` : overallResult)
}
process.stdout.write(JSON.stringify(results))
