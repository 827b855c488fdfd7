import { Field } from '../../parts/form.tsx'
import { newScan } from '../../words/new-scan.ts'

/** By what right the active part runs: what a proof adds, and stating it for those who may. */
export const Right = ({
  mayAttest,
  isAttested,
  onChoose,
}: {
  readonly mayAttest: boolean
  readonly isAttested: boolean
  readonly onChoose: (isAttested: boolean) => void
}) =>
  mayAttest ? (
    <fieldset class="choices">
      <legend>{newScan.may}</legend>
      <label>
        <input type="radio" name="right" value="proved" checked={!isAttested} onChange={() => onChoose(false)} />
        <span>
          <b>{newScan.passive}</b>
          <small>{newScan.passiveHint}</small>
        </span>
      </label>
      <label>
        <input type="radio" name="right" value="attested" checked={isAttested} onChange={() => onChoose(true)} />
        <span>
          <b>{newScan.attest}</b>
          <small>{newScan.attestHint}</small>
        </span>
      </label>
      {isAttested ? (
        <Field
          name="attest"
          label={newScan.sentence}
          hint={newScan.sentenceHint}
          required
          minLength={10}
          maxLength={1000}
        />
      ) : null}
    </fieldset>
  ) : (
    <p class="soft">{newScan.passiveHint}</p>
  )
