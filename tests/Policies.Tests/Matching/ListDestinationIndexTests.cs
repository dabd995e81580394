using Mesh.Model.Policies;
using Mesh.Policies.Matching;

namespace Mesh.Policies.Tests.Matching;

/// <summary>Finding destinations in a list.</summary>
public sealed class ListDestinationIndexTests
{
    private static readonly Dictionary<string, string> _team = new() { ["team"] = "a" };

    [Fact]
    public void FindAll_SeveralMatch_OldestIsFirst()
    {
        var resources = TestWorld.Read(
            """
            type: MeshService
            mesh: default
            name: a-young
            labels: {team: a}
            spec: {}
            creationTime: "2026-02-01T00:00:00Z"
            ---
            type: MeshService
            mesh: default
            name: z-old
            labels: {team: a}
            spec: {}
            creationTime: "2026-01-01T00:00:00Z"
            ---
            type: MeshService
            mesh: elsewhere
            name: other-mesh
            labels: {team: a}
            spec: {}
            """);

        var found = new ListDestinationIndex("default", resources).FindAll(TargetKinds.MeshService, _team);

        Assert.Equal(["z-old", "a-young"], found.Select(resource => resource.Name));
    }

    [Fact]
    public void FindAll_UnknownKind_IsEmpty() =>
        Assert.Empty(new ListDestinationIndex("default", []).FindAll(TargetKinds.MeshHTTPRoute, _team));
}
