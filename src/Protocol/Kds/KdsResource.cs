namespace Mesh.Protocol.Kds;

/// <summary>One resource of a response.</summary>
/// <param name="Name">Name on the wire: <c>name.mesh</c>, or <c>name.</c> of a global-scoped type.</param>
/// <param name="Version">Version the sender gave it. Report it as held to be spared the resource after a reconnect.</param>
/// <param name="Payload">Encoded <c>KumaResource</c>; a part of the received message, valid as long as that is.</param>
public readonly record struct KdsResource(string Name, string Version, ReadOnlyMemory<byte> Payload);
