using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Sync.Names;

/// <summary>Names of resources between control planes (contract §4.2, verified against recorded exchanges).</summary>
public static class SyncNames
{
    /// <summary>Longest name of a resource.</summary>
    public const int MaxLength = 253;

    private const int HashLength = 16;
    private const ulong FnvOffset = 0xcbf29ce484222325;
    private const ulong FnvPrime = 0x100000001b3;

    // Kubernetes' alphabet for random names: no vowels, so that no words come out.
    private static ReadOnlySpan<byte> Alphabet => "bcdfghjklmnpqrstvwxz2456789"u8;

    /// <summary>Whether resources of a kind keep their names: there is one of each name in the whole deployment.</summary>
    public static bool KeepsName(ResourceDescriptor kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Kind is MeshKind.Name or ConfigKind.Name or SecretKind.Name or GlobalSecretKind.Name;
    }

    /// <summary>
    /// The name under which a resource travels: its display name and a hash of mesh, display name, zone and namespace, so that resources of equal names from
    /// several zones differ. The same at every control plane that the resource passes.
    /// </summary>
    public static string Hashed(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Hashed(
            resource.Mesh, resource.DisplayName, resource.Label(ResourceLabels.Zone), resource.Label(ResourceLabels.KubernetesNamespace));
    }

    /// <summary>The name of a display name with the hash of everything given.</summary>
    public static string Hashed(string mesh, string displayName, params ReadOnlySpan<string> values)
    {
        ArgumentNullException.ThrowIfNull(displayName);
        var hash = Add(Add(FnvOffset, mesh), displayName);
        foreach (var value in values)
        {
            hash = Add(hash, value);
        }

        Span<char> suffix = stackalloc char[HashLength];
        for (var i = 0; i < HashLength; i++)
        {
            // Each hexadecimal digit, as a character, picks a letter of the alphabet.
            var digit = "0123456789abcdef"[(int)(hash >> (60 - (4 * i))) & 0xF];
            suffix[i] = (char)Alphabet[digit % Alphabet.Length];
        }

        var kept = Math.Min(displayName.Length, MaxLength - HashLength - 1);
        return string.Concat(displayName.AsSpan(0, kept), "-", suffix);
    }

    /// <summary>Name of a resource in a delivery: <c>name.mesh</c>, and <c>name.</c> for kinds of global scope.</summary>
    public static string OnWire(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return string.Concat(resource.Name, ".", resource.Mesh);
    }

    /// <summary>Splits the name of a delivery. The mesh is what follows the last dot: names may have dots, meshes have none.</summary>
    public static bool TrySplit(ResourceDescriptor kind, string wireName, [NotNullWhen(true)] out ResourceKey? key)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(wireName);
        var dot = wireName.LastIndexOf('.');
        var isOfMesh = kind.Scope == ResourceScope.Mesh;
        if (dot <= 0 || isOfMesh != (dot < wireName.Length - 1))
        {
            key = null;
            return false;
        }

        key = new ResourceKey(kind.Kind, wireName[(dot + 1)..], wireName[..dot]);
        return true;
    }

    private static ulong Add(ulong hash, string text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        var bytes = Encoding.UTF8.GetMaxByteCount(text.Length) <= utf8.Length
            ? utf8[..Encoding.UTF8.GetBytes(text, utf8)]
            : Encoding.UTF8.GetBytes(text);
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * FnvPrime;
        }

        return hash;
    }
}
