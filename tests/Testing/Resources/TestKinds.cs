using Mesh.Model.Resources;

namespace Mesh.Testing.Resources;

/// <summary>Spec of <see cref="TestKinds"/>' kinds.</summary>
public sealed record TestSpec
{
    /// <summary>Any text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Any number.</summary>
    public int Number { get; init; }

    /// <summary>Any list.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];
}

/// <summary>Status of <see cref="TestKinds.Thing"/>.</summary>
public sealed record TestStatus
{
    /// <summary>Any text.</summary>
    public string State { get; init; } = "";
}

/// <summary>A small catalogue for tests of what is generic over kinds: a Mesh, a kind in it and a global one.</summary>
public static class TestKinds
{
    /// <summary>Stands for the Mesh, which owns everything in it.</summary>
    public static ResourceDescriptor Mesh { get; } = Describe("Mesh", "meshes", ResourceScope.Global);

    /// <summary>A kind of mesh scope, with a status.</summary>
    public static ResourceDescriptor Thing { get; } = Describe("Thing", "things", ResourceScope.Mesh);

    /// <summary>Another kind of mesh scope.</summary>
    public static ResourceDescriptor Part { get; } = Describe("Part", "parts", ResourceScope.Mesh);

    /// <summary>A kind of global scope.</summary>
    public static ResourceDescriptor GlobalThing { get; } = Describe("GlobalThing", "globalthings", ResourceScope.Global);

    /// <summary>All of them.</summary>
    public static ResourceCatalog Catalog { get; } = new([Mesh, Thing, Part, GlobalThing]);

    /// <summary>A resource of one of these kinds.</summary>
    public static Resource New(ResourceDescriptor kind, string name, string mesh = "", string text = "", ResourceKey? owner = null) => new()
    {
        Descriptor = kind,
        Name = name,
        Mesh = kind.Scope == ResourceScope.Mesh && mesh.Length == 0 ? "default" : mesh,
        Spec = new TestSpec { Text = text },
        Owner = owner,
    };

    private static ResourceDescriptor Describe(string kind, string path, ResourceScope scope) => new()
    {
        Kind = kind,
        Path = path,
        CliName = kind.ToLowerInvariant(),
        Scope = scope,
        SingularDisplayName = kind,
        PluralDisplayName = kind + "s",
        SpecType = typeof(TestSpec),
        StatusType = typeof(TestStatus),
    };
}
