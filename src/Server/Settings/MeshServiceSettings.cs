namespace Mesh.Server.Settings;

/// <summary><c>meshService</c>: MeshServices that are generated.</summary>
public sealed record MeshServiceSettings
{
    /// <summary>Longest time until a new service has its resource; here it has it at once. Default 2 s.</summary>
    public TimeSpan GenerationInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a generated MeshService outlives its last Dataplane. Default 1 h.</summary>
    public TimeSpan DeletionGracePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Labels of Dataplanes that its MeshService gets too.</summary>
    public LabelPropagationSettings LabelPropagation { get; init; } = new();

    /// <summary><c>meshService.labelPropagation</c>.</summary>
    public sealed record LabelPropagationSettings
    {
        /// <summary>Switched on. Default false.</summary>
        public bool Enabled { get; init; }

        /// <summary>Keys that may be copied.</summary>
        public IReadOnlyList<string> AllowedLabelKeys { get; init; } = [];
    }
}
