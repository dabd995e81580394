namespace Mesh.Load.Scenarios;

/// <summary>What a run does. Read from YAML by <see cref="ScenarioReader"/>.</summary>
internal sealed record Scenario
{
    /// <summary>Short name: a row of the table.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about.</summary>
    public string Title { get; init; } = "";

    /// <summary>Servers, measured one after the other; targets are about the first.</summary>
    public required IReadOnlyList<ServerSpec> Servers { get; init; }

    /// <summary>The virtual Envoys.</summary>
    public FleetSpec Fleet { get; init; } = new();

    /// <summary>Zones instead of Envoys, against a global control plane; null: Envoys.</summary>
    public ZonesSpec? Zones { get; init; }

    /// <summary>The mesh.</summary>
    public ResourcesSpec Resources { get; init; } = new();

    /// <summary>Bytes per message for which the kernel's floor is measured with as many connections; 0: not.</summary>
    public int FloorBytes { get; init; }

    /// <summary>What happens.</summary>
    public required IReadOnlyList<StepSpec> Steps { get; init; }

    /// <summary>What is asked of the first server.</summary>
    public IReadOnlyList<TargetSpec> Targets { get; init; } = [];

    /// <summary>Whether what a server does wrong fails a run of this scenario: go-control-plane is only compared.</summary>
    /// <param name="server">Name in reports.</param>
    public bool Judges(string server) => Servers.Any(spec => spec.Label == server && spec.Kind != ServerKind.Peer);
}
