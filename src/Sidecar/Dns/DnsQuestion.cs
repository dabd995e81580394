namespace Mesh.Sidecar.Dns;

/// <summary>The one question of a DNS query.</summary>
/// <param name="Name">Name in lower case, without the last dot.</param>
/// <param name="Type">Record type, e.g. <see cref="DnsMessage.TypeA"/>.</param>
/// <param name="Class">Class, nearly always <see cref="DnsMessage.ClassIn"/>.</param>
/// <param name="End">Offset behind the question in its message.</param>
internal readonly record struct DnsQuestion(string Name, ushort Type, ushort Class, int End);
