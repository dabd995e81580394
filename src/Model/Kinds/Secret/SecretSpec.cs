using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>A secret value of a mesh (Secret) or of the whole system (GlobalSecret).</summary>
[OmitsDefaults]
public sealed record SecretSpec
{
    /// <summary>The value; base64 in JSON and YAML. Never logged.</summary>
    public byte[]? Data { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(SecretSpec)} {{ {Data?.Length ?? 0} bytes }}";
}
