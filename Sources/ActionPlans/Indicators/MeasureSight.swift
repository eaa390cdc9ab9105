extension MeasureState {
    /// Whether whoever may read at all may see a measure in this state; `measure_in_sight` in the schema says the same.
    package var isInSight: Bool { self == .soumise || self == .validee }
}
