import ActionPlans

/// What every command says of a rehearsal.
enum DryRun {
    static let note = Message("Essai à blanc : rien n’a été enregistré.", "Dry run: nothing was stored.")
    /// What became of a write whose outcome could not be written out.
    static let nothingStored = Message("Rien n’a été enregistré.", "Nothing was stored.")
}
