using System.Xml.Linq;
using Mesh.Testing;

namespace Mesh.Architecture.Tests;

/// <summary>The room table of docs/architecture.md: which project may reference which.</summary>
public sealed class RoomTableTests
{
    private static readonly Dictionary<string, int> _layers = new(StringComparer.Ordinal)
    {
        ["Engine"] = 1,
        ["Model"] = 1,
        ["Envoy"] = 1,
        ["Policies"] = 2,
        ["Identity"] = 2,
        ["Stores"] = 2,
        ["Protocol"] = 2,
        ["Sync"] = 2,
        ["Zone"] = 3,
        ["Global"] = 3,
        ["Sidecar"] = 3,
        ["Server"] = 4,
        ["Cli"] = 5,
    };

    /// <summary>What a room does not know although a lower layer has it.</summary>
    private static readonly Dictionary<string, string[]> _unknown = new(StringComparer.Ordinal)
    {
        ["Protocol"] = ["Model", "Envoy"],
        ["Identity"] = ["Envoy", "Engine"],
        ["Stores"] = ["Envoy"],
        ["Sync"] = ["Envoy"],
        ["Global"] = ["Envoy", "Policies", "Stores"],
    };

    public static TheoryData<string> Rooms()
    {
        var rooms = new TheoryData<string>();
        foreach (var folder in Directory.GetDirectories(Path.Combine(SharedFolder.RepositoryRoot, "src")))
        {
            rooms.Add(Path.GetFileName(folder));
        }

        return rooms;
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_References_OnlyLowerLayers(string room)
    {
        Assert.True(_layers.ContainsKey(room), $"src/{room} is not a room of the table");
        foreach (var referenced in References(room))
        {
            Assert.True(_layers.ContainsKey(referenced), $"{room} references {referenced}, which is not a room");
            Assert.True(
                _layers[referenced] < _layers[room],
                $"{room} (layer {_layers[room]}) references {referenced} (layer {_layers[referenced]}): only strictly lower layers");
        }
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_References_NothingItMustNotKnow(string room)
    {
        if (_unknown.TryGetValue(room, out var forbidden))
        {
            Assert.Empty(References(room).Intersect(forbidden, StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_Namespaces_StartWithItsName(string room)
    {
        var folder = Path.Combine(SharedFolder.RepositoryRoot, "src", room);
        foreach (var file in SourceTree.CSharpFiles(folder))
        {
            var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
            if (line is null)
            {
                continue;
            }

            var name = line["namespace ".Length..].TrimEnd(';', ' ', '{');
            Assert.True(
                name == $"Mesh.{room}" || name.StartsWith($"Mesh.{room}.", StringComparison.Ordinal),
                $"{Path.GetRelativePath(SharedFolder.RepositoryRoot, file)} declares {name}");
        }
    }

    private static IEnumerable<string> References(string room)
    {
        var project = XDocument.Load(Path.Combine(SharedFolder.RepositoryRoot, "src", room, $"{room}.csproj"));
        return project.Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));
    }
}
