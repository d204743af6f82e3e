#ifndef RUNNER_COPENSSL_SHIM_H
#define RUNNER_COPENSSL_SHIM_H
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

// A macro made of macros, which Swift does not see.
static const int openssl_public_key_selection = EVP_PKEY_PUBLIC_KEY;
#endif
